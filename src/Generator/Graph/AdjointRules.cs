namespace EfficientNet.Compiler.Graph;

/// <summary>An operation's formula and those of its adjoint: from the gradient of what it makes to the gradients of what it reads.</summary>
/// <param name="Operation">Type of the operation.</param>
/// <param name="Forward">What it makes.</param>
/// <param name="Backward">The gradient of each input and parameter; d before a name is the gradient of the loss with respect to it.</param>
internal sealed record AdjointRule(Type Operation, string Forward, params string[] Backward);

/// <summary>The adjoint rules, forward beside backward: what the training planner carries out.</summary>
/// <remarks>
/// N images, P positions, p a position, k a tap; E mean over all images and positions. A BatchNorm that is frozen has constant r and μ: only its first term is left.
/// </remarks>
internal static class AdjointRules
{
    public static readonly AdjointRule[] All =
    [
        new(typeof(ConvolutionOp), "y[o, p] = Σ w[o, i, k]·x[i, s·p + k − pad] + b[o]",
            "dx[i, q] = Σ w[o, i, k]·dy[o, p] over s·p + k − pad = q",
            "dw[o, i, k] = Σ x[i, s·p + k − pad]·dy[o, p]",
            "db[o] = Σ dy[o, p]"),
        new(typeof(BatchNormOp), "y = γ·x̂ + β, x̂ = (x − μ)·r, μ = E x, r = 1/√(E(x − μ)² + ε)",
            "dx = γ·r·(dy − E dy − x̂·E(dy·x̂))",
            "dγ = Σ dy·x̂",
            "dβ = Σ dy"),
        new(typeof(ActivationOp), "y = f(x)",
            "dx = f′(x)·dy; SiLU′ = σ(x)·(1 + x·(1 − σ(x))); ReLU6′ = 1 inside (0, 6), else 0; hard-swish′ = (2·x + 3)/6 inside (−3, 3)"),
        new(typeof(SigmoidOp), "y = σ(x)", "dx = y·(1 − y)·dy"),
        new(typeof(GlobalAveragePoolOp), "y = Σ x[p]/P", "dx[p] = dy/P"),
        new(typeof(ScaleOp), "y[p] = x[p]·gate", "dx[p] = gate·dy[p]", "dgate = Σ x[p]·dy[p]"),
        new(typeof(AddOp), "y = branch + shortcut", "dbranch = dy", "dshortcut = dy"),
        new(typeof(StochasticDepthOp), "y = x·mask/keep, one mask an image", "dx = dy·mask/keep"),
        new(typeof(DropoutOp), "y = x·mask/keep, one mask a feature", "dx = dy·mask/keep"),
        new(typeof(LinearOp), "y[o] = Σ w[o, i]·x[i] + b[o]", "dx[i] = Σ w[o, i]·dy[o]", "dw[o, i] = Σ x[i]·dy[o]", "db[o] = Σ dy[o]"),
    ];
}
