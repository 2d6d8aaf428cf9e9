using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.OpticalFlow;

/// <summary>Refines a flow by the energy of Brox, Bruhn, Papenberg and Weickert (ECCV 2004): constant brightness, constant derivatives and smooth flow, all robust.</summary>
/// <remarks>
/// Minimized is <c>Σ δ Ψ(|I₁(p + w) − I₀(p)|²) + γ Ψ(|∇I₁(p + w) − ∇I₀(p)|²) + α Ψ(|∇u|² + |∇v|²)</c> with <c>Ψ(s²) = √(s² + ε²)</c>; the data terms are
/// divided by the lengths of their gradients (Zimmer, Bruhn and Weickert 2011). The target is warped once. Each iteration computes the robust weights anew
/// and solves the linear system by red-black successive over-relaxation. A pixel whose vector leaves the target has no data term.
/// </remarks>
internal sealed class VariationalRefinement
{
    private const float Alpha = 20;
    private const float Delta = 5;
    private const float Gamma = 10;
    private const float Omega = 1.6f;
    private const int Sweeps = 5;
    private const int Lanes = 8;

    private static readonly Vector256<float> Epsilon2 = Vector256.Create(0.01f);

    // Keeps divisions by the length of a gradient, and by the diagonal of the system, away from 0.
    private static readonly Vector256<float> Zeta2 = Vector256.Create(0.01f);
    private static readonly Vector256<float> Diagonal = Vector256.Create(1e-3f);

    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;

    // All planes have a margin of one pixel, and room for a vector that begins in a row's last pixel. I_x is the derivative of the mean of both
    // images, I_z the difference of both, I_xz its derivative.
    private readonly float[] _warped, _mean, _isInside;
    private readonly float[] _iz, _ix, _iy, _ixx, _ixy, _iyy, _ixz, _iyz;
    private readonly float[] _a11, _a12, _a22, _b1, _b2, _diffusivity, _right, _down;
    private readonly float[] _u, _v, _du, _dv;

    /// <summary>Allocates for images of a size.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public VariationalRefinement(int width, int height)
    {
        (_width, _height, _stride) = (width, height, (width + 2 + 2 * Lanes) & ~(Lanes - 1));
        (_warped, _mean, _isInside) = (Plane(), Plane(), Plane());
        (_iz, _ix, _iy, _ixx, _ixy, _iyy, _ixz, _iyz) = (Plane(), Plane(), Plane(), Plane(), Plane(), Plane(), Plane(), Plane());
        (_a11, _a12, _a22, _b1, _b2, _diffusivity, _right, _down) = (Plane(), Plane(), Plane(), Plane(), Plane(), Plane(), Plane(), Plane());
        (_u, _v, _du, _dv) = (Plane(), Plane(), Plane(), Plane());
    }

    /// <summary>Refines a flow in place.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    /// <param name="target">The image that the vectors point into.</param>
    /// <param name="flow">The flow; changed.</param>
    /// <param name="iterations">How often the robust weights are computed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Refine(PaddedImage source, PaddedImage target, FlowPlanes flow, int iterations)
    {
        Load(flow);
        Warp(source, target);
        Derive(_mean, _ix, _iy);
        Derive(_ix, _ixx, _ixy);
        DeriveDown(_iy, _iyy);
        Derive(_iz, _ixz, _iyz);
        for (var i = 0; i < iterations; i++)
        {
            ForEachVector(Linearize);
            Replicate(_diffusivity);
            ForEachVector(Couple);
            CutAtBorder();
            ForEachVector(Divide);
            for (var sweep = 0; sweep < 2 * Sweeps; sweep++)
                Relax(sweep);
            Replicate(_du);
            Replicate(_dv);
        }

        Store(flow);
    }

    private float[] Plane() => new float[_stride * (_height + 2) + 2 * Lanes];

    private int At(int x, int y) => (y + 1) * _stride + x + 1;

    private void ForEachVector(Action<int> body)
    {
        for (var y = 0; y < _height; y++)
            for (var x = 0; x < _width; x += Lanes)
                body(At(x, y));
    }

    private void Load(FlowPlanes flow)
    {
        for (var y = 0; y < _height; y++)
        {
            flow.X.AsSpan(y * flow.Stride, _width).CopyTo(_u.AsSpan(At(0, y)));
            flow.Y.AsSpan(y * flow.Stride, _width).CopyTo(_v.AsSpan(At(0, y)));
        }

        Replicate(_u);
        Replicate(_v);
        Array.Clear(_du);
        Array.Clear(_dv);
    }

    private void Store(FlowPlanes flow)
    {
        for (var y = 0; y < _height; y++)
            for (var x = 0; x < _width; x += Lanes)
            {
                var (to, from) = (y * flow.Stride + x, At(x, y));
                (Load(_u, from) + Load(_du, from)).StoreUnsafe(ref flow.X[to]);
                (Load(_v, from) + Load(_dv, from)).StoreUnsafe(ref flow.Y[to]);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Warp(PaddedImage source, PaddedImage target)
    {
        for (var y = 0; y < _height; y++)
        {
            var own = source.Row(y);
            for (var x = 0; x < _width; x++)
            {
                var i = At(x, y);
                var (sx, sy) = (x + _u[i], y + _v[i]);
                _isInside[i] = sx >= 0 && sy >= 0 && sx <= _width - 1 && sy <= _height - 1 ? 1 : 0;
                (sx, sy) = (Math.Clamp(sx, 0, _width - 1), Math.Clamp(sy, 0, _height - 1));
                var (left, top) = ((int)sx, (int)sy);
                ref var corner = ref target.At(left, top);
                ref var below = ref Unsafe.Add(ref corner, target.Stride);
                var upper = corner + (sx - left) * (Unsafe.Add(ref corner, 1) - corner);
                var lower = below + (sx - left) * (Unsafe.Add(ref below, 1) - below);
                var warped = upper + (sy - top) * (lower - upper);
                _iz[i] = warped - own[x];
                _mean[i] = 0.5f * (warped + own[x]);
            }
        }

        Replicate(_iz);
        Replicate(_mean);
    }

    private void Derive(float[] values, float[] alongX, float[] alongY)
    {
        for (var y = 0; y < _height; y++)
            for (var x = 0; x < _width; x += Lanes)
            {
                var i = At(x, y);
                (0.5f * (Load(values, i + 1) - Load(values, i - 1))).StoreUnsafe(ref alongX[i]);
            }

        Replicate(alongX);
        DeriveDown(values, alongY);
    }

    private void DeriveDown(float[] values, float[] alongY)
    {
        for (var y = 0; y < _height; y++)
            for (var x = 0; x < _width; x += Lanes)
            {
                var i = At(x, y);
                (0.5f * (Load(values, i + _stride) - Load(values, i - _stride))).StoreUnsafe(ref alongY[i]);
            }

        Replicate(alongY);
    }

    // The data terms around the present flow, and the diffusivity of the smoothness term.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Linearize(int i)
    {
        var (du, dv, isInside) = (Load(_du, i), Load(_dv, i), Load(_isInside, i));
        var (ix, iy, iz) = (Load(_ix, i), Load(_iy, i), Load(_iz, i));
        var norm = Vector256<float>.One / (ix * ix + iy * iy + Zeta2);
        var rest = iz + ix * du + iy * dv;
        var weight = isInside * Delta * norm / Vector256.Sqrt(rest * rest * norm + Epsilon2);

        var (ixx, ixy, iyy, ixz, iyz) = (Load(_ixx, i), Load(_ixy, i), Load(_iyy, i), Load(_ixz, i), Load(_iyz, i));
        var normX = Vector256<float>.One / (ixx * ixx + ixy * ixy + Zeta2);
        var normY = Vector256<float>.One / (ixy * ixy + iyy * iyy + Zeta2);
        var restX = ixz + ixx * du + ixy * dv;
        var restY = iyz + ixy * du + iyy * dv;
        var gradient = isInside * Gamma / Vector256.Sqrt(restX * restX * normX + restY * restY * normY + Epsilon2);
        var (weightX, weightY) = (gradient * normX, gradient * normY);

        (weight * ix * ix + weightX * ixx * ixx + weightY * ixy * ixy + Diagonal).StoreUnsafe(ref _a11[i]);
        (weight * ix * iy + weightX * ixx * ixy + weightY * ixy * iyy).StoreUnsafe(ref _a12[i]);
        (weight * iy * iy + weightX * ixy * ixy + weightY * iyy * iyy + Diagonal).StoreUnsafe(ref _a22[i]);
        (-(weight * ix * iz + weightX * ixx * ixz + weightY * ixy * iyz)).StoreUnsafe(ref _b1[i]);
        (-(weight * iy * iz + weightX * ixy * ixz + weightY * iyy * iyz)).StoreUnsafe(ref _b2[i]);

        var (u, v) = (Load(_u, i) + du, Load(_v, i) + dv);
        var ux = Load(_u, i + 1) + Load(_du, i + 1) - u;
        var uy = Load(_u, i + _stride) + Load(_du, i + _stride) - u;
        var vx = Load(_v, i + 1) + Load(_dv, i + 1) - v;
        var vy = Load(_v, i + _stride) + Load(_dv, i + _stride) - v;
        (Vector256.Create(Alpha) / Vector256.Sqrt(ux * ux + uy * uy + vx * vx + vy * vy + Epsilon2)).StoreUnsafe(ref _diffusivity[i]);
    }

    private void Couple(int i)
    {
        var own = Load(_diffusivity, i);
        (0.5f * (own + Load(_diffusivity, i + 1))).StoreUnsafe(ref _right[i]);
        (0.5f * (own + Load(_diffusivity, i + _stride))).StoreUnsafe(ref _down[i]);
    }

    // Nothing flows over the border.
    private void CutAtBorder()
    {
        for (var y = 0; y < _height; y++)
            (_right[At(-1, y)], _right[At(_width - 1, y)]) = (0, 0);
        _down.AsSpan(At(0, -1), _width + Lanes).Clear();
        _down.AsSpan(At(0, _height - 1), _width + Lanes).Clear();
    }

    // Adds the smoothness of the flow that is refined to the right-hand sides, and inverts the diagonal, times ω.
    private void Divide(int i)
    {
        var (right, left, below, above) = (Load(_right, i), Load(_right, i - 1), Load(_down, i), Load(_down, i - _stride));
        var (u, v) = (Load(_u, i), Load(_v, i));
        var sumU = right * (Load(_u, i + 1) - u) + left * (Load(_u, i - 1) - u) + below * (Load(_u, i + _stride) - u) + above * (Load(_u, i - _stride) - u);
        var sumV = right * (Load(_v, i + 1) - v) + left * (Load(_v, i - 1) - v) + below * (Load(_v, i + _stride) - v) + above * (Load(_v, i - _stride) - v);
        (Load(_b1, i) + sumU).StoreUnsafe(ref _b1[i]);
        (Load(_b2, i) + sumV).StoreUnsafe(ref _b2[i]);
        var sum = right + left + below + above;
        (Vector256.Create(Omega) / (Load(_a11, i) + sum)).StoreUnsafe(ref _a11[i]);
        (Vector256.Create(Omega) / (Load(_a22, i) + sum)).StoreUnsafe(ref _a22[i]);
    }

    // Red pixels in even sweeps, black ones in odd sweeps: neighbors within a vector are of the other color, and keep their values.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Relax(int sweep)
    {
        for (var y = 0; y < _height; y++)
        {
            var isChanged = ((sweep + y) & 1) == 0 ? Vector256.Create(-1, 0, -1, 0, -1, 0, -1, 0) : Vector256.Create(0, -1, 0, -1, 0, -1, 0, -1);
            for (var x = 0; x < _width; x += Lanes)
            {
                var i = At(x, y);
                var (right, left, below, above) = (Load(_right, i), Load(_right, i - 1), Load(_down, i), Load(_down, i - _stride));
                var (du, dv, a12) = (Load(_du, i), Load(_dv, i), Load(_a12, i));
                var sum = Load(_b1, i) + right * Load(_du, i + 1) + left * Load(_du, i - 1) + below * Load(_du, i + _stride) + above * Load(_du, i - _stride);
                var next = du * (1 - Omega) + Load(_a11, i) * (sum - a12 * dv);
                du = Vector256.ConditionalSelect(isChanged.AsSingle(), next, du);
                du.StoreUnsafe(ref _du[i]);
                sum = Load(_b2, i) + right * Load(_dv, i + 1) + left * Load(_dv, i - 1) + below * Load(_dv, i + _stride) + above * Load(_dv, i - _stride);
                next = dv * (1 - Omega) + Load(_a22, i) * (sum - a12 * du);
                Vector256.ConditionalSelect(isChanged.AsSingle(), next, dv).StoreUnsafe(ref _dv[i]);
            }
        }
    }

    // Fills the margin of one pixel.
    private void Replicate(float[] plane)
    {
        for (var y = 0; y < _height; y++)
        {
            plane[At(-1, y)] = plane[At(0, y)];
            plane.AsSpan(At(_width, y), Lanes).Fill(plane[At(_width - 1, y)]);
        }

        plane.AsSpan(At(-1, 0), _width + Lanes).CopyTo(plane.AsSpan(At(-1, -1)));
        plane.AsSpan(At(-1, _height - 1), _width + Lanes).CopyTo(plane.AsSpan(At(-1, _height)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(float[] plane, int i) => Vector256.LoadUnsafe(ref plane[i]);
}
