using System.Runtime.InteropServices;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>One kernel with its buffers, each of its own between two pages that may not be touched.</summary>
internal sealed unsafe class KernelRun(KernelFunction function, Guard guard) : IDisposable
{
    private readonly Dictionary<string, nint> _arguments = [];
    private readonly Dictionary<string, GuardedBuffer> _buffers = [];
    private readonly Dictionary<string, float[]> _inputs = [];

    /// <summary>What a buffer holds where nothing was written.</summary>
    public static float Sentinel => GuardedBuffer.Sentinel;

    /// <summary>A buffer that the kernel may read but not change.</summary>
    public KernelRun Input(string name, float[] values)
    {
        InOut(name, values);
        _inputs[name] = values;
        return this;
    }

    /// <summary>A buffer that the kernel reads and changes.</summary>
    public KernelRun InOut(string name, float[] values)
    {
        GuardedBuffer buffer = GuardedBuffer.Of(values, guard);
        _buffers.Add(name, buffer);
        _arguments[name] = (nint)buffer.Pointer;
        return this;
    }

    /// <summary>A buffer that the kernel fills; until then it holds sentinels.</summary>
    public KernelRun Output(string name, long floats)
    {
        float[] values = new float[floats];
        Array.Fill(values, Sentinel);
        return InOut(name, values);
    }

    /// <summary>A number.</summary>
    public KernelRun Number(string name, nint value)
    {
        _arguments[name] = value;
        return this;
    }

    /// <summary>A number of the geometry, for the kernels that ask for it.</summary>
    public KernelRun Geometry(string name, nint value)
    {
        if (function.Parameters.Contains(name)) _arguments[name] = value;
        return this;
    }

    /// <summary>A null pointer.</summary>
    public KernelRun Null(string name)
    {
        _arguments[name] = 0;
        return this;
    }

    /// <summary>An argument that points into a buffer which is there already.</summary>
    public KernelRun Within(string name, string buffer, long at)
    {
        _arguments[name] = (nint)(_buffers[buffer].Pointer + at);
        return this;
    }

    /// <summary>An argument that lies in the page behind a buffer: a fetch of it has to be harmless.</summary>
    public KernelRun Behind(string name, string buffer)
    {
        if (function.Parameters.Contains(name)) _arguments[name] = _buffers[buffer].Forbidden(Guard.After);
        return this;
    }

    /// <summary>Runs the kernel, for a range of its work where it has one, and checks that no input was changed.</summary>
    public void Call(int first = -1, int last = -1)
    {
        if (first >= 0)
        {
            _arguments["first"] = first;
            _arguments["last"] = last;
        }

        function.Call(_arguments);
        foreach ((string name, float[] values) in _inputs)
        {
            if (!MemoryMarshal.AsBytes(_buffers[name].Span).SequenceEqual(MemoryMarshal.AsBytes(values.AsSpan())))
            {
                Assert.Fail($"{function.Name} wrote to {name}, which it may only read");
            }
        }
    }

    public float[] this[string name] => _buffers[name].Span.ToArray();

    /// <summary>Gives a buffer that the kernel changes its first values again.</summary>
    public KernelRun Set(string name, float[] values)
    {
        values.CopyTo(_buffers[name].Span);
        return this;
    }

    /// <summary>Gives a buffer that the kernel may only read other values.</summary>
    public KernelRun Give(string name, float[] values)
    {
        _inputs[name] = values;
        return Set(name, values);
    }

    /// <summary>Sets a buffer back to sentinels.</summary>
    public void Forget(string name) => _buffers[name].Span.Fill(Sentinel);

    public void Dispose()
    {
        foreach (GuardedBuffer buffer in _buffers.Values) buffer.Dispose();
    }
}
