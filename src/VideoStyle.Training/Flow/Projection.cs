namespace VideoStyle.Training.Flow;

/// <summary>A projective map of the plane, a 3×3 matrix.</summary>
internal readonly record struct Projection(double A, double B, double C, double D, double E, double F, double G, double H, double I)
{
    internal static Projection Identity { get; } = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    internal static Projection Shift(double x, double y) => new(1, 0, x, 0, 1, y, 0, 0, 1);

    internal static Projection Linear(double a, double b, double d, double e) => new(a, b, 0, d, e, 0, 0, 0, 1);

    /// <summary>Rotation by an angle in radians, and scaling.</summary>
    internal static Projection Rotation(double angle, double scale) =>
        Linear(Math.Cos(angle) * scale, -Math.Sin(angle) * scale, Math.Sin(angle) * scale, Math.Cos(angle) * scale);

    /// <summary>The map that applies <paramref name="p"/> first.</summary>
    internal Projection After(in Projection p) =>
        new(
            A * p.A + B * p.D + C * p.G, A * p.B + B * p.E + C * p.H, A * p.C + B * p.F + C * p.I,
            D * p.A + E * p.D + F * p.G, D * p.B + E * p.E + F * p.H, D * p.C + E * p.F + F * p.I,
            G * p.A + H * p.D + I * p.G, G * p.B + H * p.E + I * p.H, G * p.C + H * p.F + I * p.I);

    /// <summary>The inverse, up to a factor that projections ignore but for its sign, which stays positive.</summary>
    internal Projection Inverse()
    {
        var determinant = A * (E * I - F * H) - B * (D * I - F * G) + C * (D * H - E * G);
        var s = 1 / determinant;
        return new(
            s * (E * I - F * H), s * (C * H - B * I), s * (B * F - C * E),
            s * (F * G - D * I), s * (A * I - C * G), s * (C * D - A * F),
            s * (D * H - E * G), s * (B * G - A * H), s * (A * E - B * D));
    }

    /// <summary>Maps a point; false where it lies behind the camera.</summary>
    internal bool TryApply(double x, double y, out double u, out double v)
    {
        var w = G * x + H * y + I;
        (u, v) = ((A * x + B * y + C) / w, (D * x + E * y + F) / w);
        return w > 1e-4;
    }

    /// <summary>The larger stretch of the two axes at a point, in units of the result for one of the argument.</summary>
    internal double Stretch(double x, double y)
    {
        var w = G * x + H * y + I;
        var (u, v) = ((A * x + B * y + C) / w, (D * x + E * y + F) / w);
        var along = Square((A - u * G) / w) + Square((D - v * G) / w);
        var down = Square((B - u * H) / w) + Square((E - v * H) / w);
        return Math.Sqrt(Math.Max(along, down));
    }

    private static double Square(double x) => x * x;
}
