using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>The class of a pixel by Ruder et al.</summary>
internal enum RuderVerdict : byte
{
    Consistent,
    MotionBoundary,
    Hidden,
    Outside,
}

/// <summary>Classifies the pixels of a flow row by row: each row samples the opposite flow, then 16 pixels are compared at once.</summary>
/// <remarks>Single and double precision alternate as in the authors' C++, so that certainties agree to the last bit.</remarks>
internal sealed class RuderVerdicts
{
    private readonly FlowField _flow;
    private readonly FlowField _opposite;
    private readonly FlowRow[] _rows;
    private readonly float[] _backU;
    private readonly float[] _backV;
    private readonly byte[] _verdicts;
    private int _read;

    public RuderVerdicts(FlowField flow, FlowField opposite)
    {
        (_flow, _opposite) = (flow, opposite);
        _rows = [new(flow.Width), new(flow.Width), new(flow.Width)];
        var length = FlowRow.RoundUp(flow.Width);
        (_backU, _backV, _verdicts) = (new float[length], new float[length], new byte[length]);
    }

    /// <summary>Classifies a row; rows are requested in order.</summary>
    public void Judge(int y, Span<byte> verdicts)
    {
        for (; _read <= Math.Min(y + 1, _flow.Height - 1); _read++)
            _rows[_read % _rows.Length].Read(_flow, _read);
        var here = _rows[y % _rows.Length];
        Follow(y, here);
        Judge(y, _rows[Math.Max(0, y - 1) % _rows.Length], here, _rows[Math.Min(_flow.Height - 1, y + 1) % _rows.Length]);
        _verdicts.AsSpan(0, verdicts.Length).CopyTo(verdicts);
    }

    /// <summary>Samples the opposite flow where each vector points; NaN where that is outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Follow(int y, FlowRow here)
    {
        var (width, lastX, lastY) = (_flow.Width, _flow.Width - 1, _flow.Height - 1);
        ref var field = ref _opposite.Vectors[0];
        for (var x = 0; x < width; x++)
        {
            var (bx, by) = (x + here.U[FlowRow.Margin + x], y + here.V[FlowRow.Margin + x]);
            var (floorX, floorY) = (MathF.Floor(bx), MathF.Floor(by));
            if (!(floorX >= 0 && floorX < lastX && floorY >= 0 && floorY < lastY))
            {
                (_backU[x], _backV[x]) = (float.NaN, float.NaN);
                continue;
            }

            ref var corner = ref Unsafe.Add(ref field, 2 * ((int)floorY * width + (int)floorX));
            var (upper, lower) = (Vector128.LoadUnsafe(ref corner), Vector128.LoadUnsafe(ref corner, (nuint)(2 * width)));
            // A vector as one value of 64 bits; pairs of floats have no registers of their own.
            var (upperPairs, lowerPairs) = (upper.AsDouble(), lower.AsDouble());
            var left = Vector128.Create(upperPairs.ToScalar(), lowerPairs.ToScalar()).AsSingle();
            var right = Vector128.Create(upperPairs.GetElement(1), lowerPairs.GetElement(1)).AsSingle();
            var rows = Mix(left, right, bx - floorX);
            var mixed = Mix(rows, Vector128.Shuffle(rows, Vector128.Create(2, 3, 0, 1)), by - floorY);
            (_backU[x], _backV[x]) = (mixed.ToScalar(), mixed.GetElement(1));
        }
    }

    /// <summary><c>(float)((1.0 − weight) · a + weight · b)</c>, the second product in single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mix(Vector128<float> a, Vector128<float> b, float weight)
    {
        var sum = Vector256.Create(1.0 - weight) * Widen(a) + Widen(Vector128.Create(weight) * b);
        return Vector256.Narrow(sum, sum).GetLower();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(Vector128<float> values) => Vector256.WidenLower(values.ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Judge(int y, FlowRow above, FlowRow here, FlowRow below)
    {
        var (half, ys) = (Vector512.Create(0.5f), Vector512.Create((float)y));
        for (var x = 0; x < _verdicts.Length; x += Vector512<float>.Count)
        {
            var at = (nuint)(FlowRow.Margin + x);
            var (u2, v2) = (Vector512.LoadUnsafe(ref here.U[0], at), Vector512.LoadUnsafe(ref here.V[0], at));
            var (u, v) = (Vector512.LoadUnsafe(ref _backU[x]), Vector512.LoadUnsafe(ref _backV[x]));
            var xs = Vector512.Create((float)x) + Vector512<float>.Indices;
            var (errorX, errorY) = (xs + u2 + u - xs, ys + v2 + v - ys);
            var length = u2 * u2 + v2 * v2;
            var hidden = Exceeds(errorX * errorX + errorY * errorY, length + u * u + v * v, 0.5, orEqual: true);

            var ux = half * Vector512.LoadUnsafe(ref here.U[0], at + 1) - half * Vector512.LoadUnsafe(ref here.U[0], at - 1);
            var vx = half * Vector512.LoadUnsafe(ref here.V[0], at + 1) - half * Vector512.LoadUnsafe(ref here.V[0], at - 1);
            var uy = half * Vector512.LoadUnsafe(ref below.U[0], at) - half * Vector512.LoadUnsafe(ref above.U[0], at);
            var vy = half * Vector512.LoadUnsafe(ref below.V[0], at) - half * Vector512.LoadUnsafe(ref above.V[0], at);
            var boundary = Exceeds(ux * ux + vx * vx + uy * uy + vy * vy, length, 0.002f, orEqual: false);

            var verdict = Vector512.ConditionalSelect(boundary, Vector512.Create((int)RuderVerdict.MotionBoundary), Vector512<int>.Zero);
            verdict = Vector512.ConditionalSelect(hidden, Vector512.Create((int)RuderVerdict.Hidden), verdict);
            verdict = Vector512.ConditionalSelect(FlowVector.AreKnown(u, v), verdict, Vector512.Create((int)RuderVerdict.Outside));
            Bytes.Narrow(verdict).StoreUnsafe(ref _verdicts[x]);
        }
    }

    /// <summary>Compares <c>value</c> with <c>0.01 · length + slack</c> in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Exceeds(Vector512<float> value, Vector512<float> length, double slack, bool orEqual)
    {
        var (factor, offset) = (Vector512.Create(0.01), Vector512.Create(slack));
        var (lower, upper) = (factor * Vector512.WidenLower(length) + offset, factor * Vector512.WidenUpper(length) + offset);
        var (lowValue, highValue) = (Vector512.WidenLower(value), Vector512.WidenUpper(value));
        var (first, second) = orEqual
            ? (Vector512.GreaterThanOrEqual(lowValue, lower), Vector512.GreaterThanOrEqual(highValue, upper))
            : (Vector512.GreaterThan(lowValue, lower), Vector512.GreaterThan(highValue, upper));
        return Vector512.Narrow(first.AsInt64(), second.AsInt64());
    }
}
