namespace EfficientNet.Compiler.Diagnostics;

/// <summary>A stretch of a spec file, counted from zero in UTF-16 units, as editors and Roslyn count.</summary>
/// <param name="Start">Offset of the first unit.</param>
/// <param name="Length">Number of units.</param>
/// <param name="StartLine">Line of the first unit.</param>
/// <param name="StartColumn">Column of the first unit.</param>
/// <param name="EndLine">Line behind the last unit.</param>
/// <param name="EndColumn">Column behind the last unit.</param>
internal readonly record struct SourceSpan(int Start, int Length, int StartLine, int StartColumn, int EndLine, int EndColumn);
