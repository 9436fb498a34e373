using System.CommandLine;

namespace EfficientNet.Cli.Invocation;

/// <summary>A command that is waited for when it is interrupted, however long it takes to end well: it sees to signals itself.</summary>
/// <param name="name">What it is called.</param>
/// <param name="description">What it does.</param>
internal sealed class LongCommand(string name, string description) : Command(name, description);
