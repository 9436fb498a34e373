namespace EfficientNet.Cli.Tests.Support;

/// <summary>A test that asks PyTorch itself: skipped where it is not installed, in CI too, since nothing of the product needs it.</summary>
internal sealed class PyTorchFactAttribute : FactAttribute
{
    public PyTorchFactAttribute() => Skip = PyTorch.Python is null ? "there is no Python with torch and torchvision; EFFICIENTNET_PYTHON can name one" : null;
}
