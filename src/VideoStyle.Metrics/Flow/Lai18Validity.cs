using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>The forward-backward check of Lai et al., row by row.</summary>
internal sealed class Lai18Validity
{
    private const float RelativeSlack = 0.01f;
    private const float ConsistencySlack = 0.5f;
    private const float BoundarySlack = 0.002f;

    private readonly FlowField _flow;
    private readonly FlowField _opposite;
    private readonly FlowRow[] _rows;
    private readonly float[] _backU;
    private readonly float[] _backV;
    private readonly byte[] _certainty;

    private Lai18Validity(FlowField flow, FlowField opposite)
    {
        (_flow, _opposite) = (flow, opposite);
        _rows = [new(flow.Width), new(flow.Width)];
        var length = FlowRow.RoundUp(flow.Width);
        (_backU, _backV, _certainty) = (new float[length], new float[length], new byte[length]);
    }

    public static ValidityMask Check(FlowField flow, FlowField opposite)
    {
        var certainty = ExactArrays<byte>.Rent(flow.Width * flow.Height);
        Lai18Validity check = new(flow, opposite);
        check._rows[0].Read(flow, 0);
        for (var y = 0; y < flow.Height; y++)
        {
            if (y + 1 < flow.Height)
                check._rows[(y + 1) % 2].Read(flow, y + 1);
            var here = check._rows[y % 2];
            check.Follow(y, here);
            // Below the last row there is no difference.
            check.Judge(here, y + 1 < flow.Height ? check._rows[(y + 1) % 2] : here);
            check._certainty.AsSpan(0, flow.Width).CopyTo(certainty.AsSpan(y * flow.Width));
        }

        return new ValidityMask(flow.Width, flow.Height, certainty);
    }

    /// <summary>Samples the opposite flow where each vector points, to the same bit as <see cref="FlowSampler"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Follow(int y, FlowRow here)
    {
        FlowSampler sampler = new(_opposite);
        var (width, lastX, lastY) = (_flow.Width, _flow.Width - 1, _flow.Height - 1);
        ref var field = ref _opposite.Vectors[0];
        for (var x = 0; x < width; x++)
        {
            var (u, v) = (here.U[FlowRow.Margin + x], here.V[FlowRow.Margin + x]);
            var (atX, atY) = (x + u, y + v);
            var (floorX, floorY) = (MathF.Floor(atX), MathF.Floor(atY));
            if (floorX >= 0 && floorX < lastX && floorY >= 0 && floorY < lastY)
            {
                var (alpha, beta) = (atX - floorX, atY - floorY);
                ref var corner = ref Unsafe.Add(ref field, 2 * ((int)floorY * width + (int)floorX));
                var (left, right) = ((1 - alpha) * (1 - beta), alpha * (1 - beta));
                var upper = Vector128.Create(left, left, right, right) * Vector128.LoadUnsafe(ref corner);
                (left, right) = ((1 - alpha) * beta, alpha * beta);
                var lower = Vector128.Create(left, left, right, right) * Vector128.LoadUnsafe(ref corner, (nuint)(2 * width));
                var sum = upper + Swap(upper) + lower + Swap(lower);
                (_backU[x], _backV[x]) = (sum.ToScalar(), sum.GetElement(1));
            }
            else
            {
                var back = FlowVector.IsKnown(u, v) ? sampler.Bilinear(atX, atY) : new Vector2(float.NaN);
                (_backU[x], _backV[x]) = (back.X, back.Y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Swap(Vector128<float> pairs) => Vector128.Shuffle(pairs, Vector128.Create(2, 3, 0, 1));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Judge(FlowRow here, FlowRow below)
    {
        for (var x = 0; x < _certainty.Length; x += Vector512<float>.Count)
        {
            var at = (nuint)(FlowRow.Margin + x);
            var (u, v) = (Vector512.LoadUnsafe(ref here.U[0], at), Vector512.LoadUnsafe(ref here.V[0], at));
            var (backU, backV) = (Vector512.LoadUnsafe(ref _backU[x]), Vector512.LoadUnsafe(ref _backV[x]));
            var length = u * u + v * v;
            var (sumU, sumV) = (u + backU, v + backV);
            var slack = RelativeSlack * (backU * backU + backV * backV + length) + Vector512.Create(ConsistencySlack);
            var consistent = Vector512.LessThanOrEqual(sumU * sumU + sumV * sumV, slack);

            var (rightU, rightV) = (u - Vector512.LoadUnsafe(ref here.U[0], at + 1), v - Vector512.LoadUnsafe(ref here.V[0], at + 1));
            var (downU, downV) = (u - Vector512.LoadUnsafe(ref below.U[0], at), v - Vector512.LoadUnsafe(ref below.V[0], at));
            var limit = RelativeSlack * length + Vector512.Create(BoundarySlack);
            // Their code keeps the differences in double precision and the right-hand side in single.
            var lower = Gradient(Vector512.WidenLower(rightU), Vector512.WidenLower(downU), Vector512.WidenLower(rightV), Vector512.WidenLower(downV));
            var upper = Gradient(Vector512.WidenUpper(rightU), Vector512.WidenUpper(downU), Vector512.WidenUpper(rightV), Vector512.WidenUpper(downV));
            var smooth = Vector512.Narrow(
                Vector512.LessThanOrEqual(lower, Vector512.WidenLower(limit)).AsInt64(),
                Vector512.LessThanOrEqual(upper, Vector512.WidenUpper(limit)).AsInt64());

            var valid = consistent.AsInt32() & smooth & FlowVector.AreKnown(u, v) & FlowVector.AreKnown(backU, backV);
            Bytes.Narrow(valid & Vector512.Create(255)).StoreUnsafe(ref _certainty[x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Gradient(Vector512<double> rightU, Vector512<double> downU, Vector512<double> rightV, Vector512<double> downV) =>
        rightU * rightU + downU * downU + (rightV * rightV + downV * downV);
}
