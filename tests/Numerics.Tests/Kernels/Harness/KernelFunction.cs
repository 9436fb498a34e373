using System.Reflection;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>A compiled kernel: the pointer to its code, and the names of its parameters, by which tests call it.</summary>
/// <remarks>Every parameter is a pointer or a native integer, so that one signature by count serves them all.</remarks>
internal sealed unsafe class KernelFunction
{
    private readonly nint _pointer;

    public KernelFunction(MethodInfo method)
    {
        Name = method.Name;
        ParameterInfo[] parameters = method.GetParameters();
        method.ReturnType.ShouldBe(typeof(void), Name);
        parameters.ShouldAllBe(p => p.ParameterType == typeof(float*) || p.ParameterType == typeof(nint), Name);
        Parameters = parameters.Select(p => p.Name!).ToArray();
        _pointer = method.MethodHandle.GetFunctionPointer();
    }

    public string Name { get; }

    public string[] Parameters { get; }

    /// <summary>Calls the kernel; every parameter has to be given, and nothing else.</summary>
    public void Call(IReadOnlyDictionary<string, nint> arguments)
    {
        arguments.Keys.Order().ShouldBe(Parameters.Order(), $"{Name}: parameters");
        nint[] a = Parameters.Select(name => arguments[name]).ToArray();
        nint f = _pointer;
        switch (a.Length)
        {
            case 1: ((delegate*<nint, void>)f)(a[0]); break;
            case 2: ((delegate*<nint, nint, void>)f)(a[0], a[1]); break;
            case 3: ((delegate*<nint, nint, nint, void>)f)(a[0], a[1], a[2]); break;
            case 4: ((delegate*<nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3]); break;
            case 5: ((delegate*<nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4]); break;
            case 6: ((delegate*<nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5]); break;
            case 7: ((delegate*<nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6]); break;
            case 8: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]); break;
            case 9: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]); break;
            case 10: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]); break;
            case 11: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]); break;
            case 12: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]); break;
            case 13: ((delegate*<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, void>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12]); break;
            default: throw new NotSupportedException($"{Name} has {a.Length} parameters");
        }
    }
}
