using System.Runtime.InteropServices;
using System.Text;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Torch;

/// <summary>An operator of libtorch, or of the native library's own, found by name and called through the dispatcher.</summary>
/// <param name="name">With its namespace: <c>aten::add</c>.</param>
/// <param name="overload">The overload, as in libtorch's <c>native_functions.yaml</c>: <c>Tensor</c>, or empty.</param>
/// <remarks>
/// Gradients, devices and kinds of number work as they do in PyTorch. Arguments that are left out take their defaults.
/// Keep operators in static fields: finding one costs more than calling it. Thread-safe.
/// </remarks>
public sealed unsafe class AtenOperator(string name, string overload = "")
{
    private const int MaxResults = 256;
    private nint _found;

    /// <summary>Calls an operator that returns one tensor.</summary>
    /// <param name="arguments">The arguments in the order of the schema.</param>
    /// <returns>The result, owned by the caller or the current <see cref="TensorScope"/>.</returns>
    /// <exception cref="VideoStyleException">libtorch refused the arguments or ran out of memory.</exception>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return new Tensor((nint)result.Bits);
    }

    /// <summary>Calls an operator that works in place or returns nothing of use.</summary>
    /// <param name="arguments">The arguments in the order of the schema.</param>
    /// <exception cref="VideoStyleException">libtorch refused the arguments or ran out of memory.</exception>
    public void Run(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MaxResults];
        var count = Invoke(arguments, results, MaxResults);
        for (var i = 0; i < count; i++)
        {
            if (results[i].Tag == ValueTag.Tensor)
                NativeMethods.TensorFree((nint)results[i].Bits);
        }
    }

    /// <summary>Calls an operator that returns several tensors.</summary>
    /// <param name="arguments">The arguments in the order of the schema.</param>
    /// <returns>The results, at most 256, owned by the caller or the current <see cref="TensorScope"/>.</returns>
    /// <exception cref="VideoStyleException">libtorch refused the arguments or ran out of memory.</exception>
    public Tensor[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[MaxResults];
        var tensors = new Tensor[Invoke(arguments, results, MaxResults)];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new Tensor((nint)results[i].Bits);
        return tensors;
    }

    /// <inheritdoc />
    public override string ToString() => overload.Length == 0 ? name : $"{name}.{overload}";

    private int Invoke(ReadOnlySpan<Argument> arguments, NativeValue* results, int capacity)
    {
        if (_found == 0)
        {
            LibTorch.Require();
            NativeMethods.OperatorFind(name, overload, out var found).ThrowIfFailed();
            _found = found;
        }

        // What lists and texts point at is copied behind one another into `arena`, eight bytes an element.
        var needed = 0;
        foreach (ref readonly var argument in arguments)
            needed += ElementsOf(argument);
        var arena = needed <= 64 ? stackalloc long[64] : new long[needed];
        var values = stackalloc NativeValue[arguments.Length];
        fixed (long* start = arena)
        {
            var next = start;
            for (var i = 0; i < arguments.Length; i++)
            {
                values[i] = Write(arguments[i], next);
                next += ElementsOf(arguments[i]);
            }

            int count;
            var status = NativeMethods.OperatorCall(_found, values, arguments.Length, results, capacity, &count);
            foreach (ref readonly var argument in arguments)
                GC.KeepAlive(argument.Reference);
            if (status < Status.Ok)
                status.ThrowIfFailed(status == Status.NoMemory ? "Choose a smaller picture, or fewer workers." : null);
            return count;
        }
    }

    private static int ElementsOf(in Argument argument) =>
        argument.Reference switch
        {
            Array list => list.Length,
            string text => (Encoding.UTF8.GetByteCount(text) + 7) / 8,
            _ => 0,
        };

    private static NativeValue Write(in Argument argument, long* target)
    {
        var value = new NativeValue { Tag = argument.Tag, Bits = argument.Bits };
        switch (argument.Reference)
        {
            case Tensor tensor:
                value.Bits = tensor.Pointer;
                return value;
            case long[] integers:
                integers.CopyTo(new Span<long>(target, integers.Length));
                value.Length = integers.Length;
                break;
            case double[] numbers:
                MemoryMarshal.Cast<double, long>(numbers).CopyTo(new Span<long>(target, numbers.Length));
                value.Length = numbers.Length;
                break;
            case Tensor[] tensors:
                for (var i = 0; i < tensors.Length; i++)
                    target[i] = tensors[i].Pointer;
                value.Length = tensors.Length;
                break;
            case string text:
                value.Length = Encoding.UTF8.GetBytes(text, new Span<byte>(target, Encoding.UTF8.GetByteCount(text)));
                break;
            default:
                return value;
        }

        value.Bits = (nint)target;
        return value;
    }
}
