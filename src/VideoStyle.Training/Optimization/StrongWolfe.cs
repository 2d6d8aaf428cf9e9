namespace VideoStyle.Training.Optimization;

/// <summary>A line search for the strong Wolfe conditions: sufficient decrease and curvature.</summary>
/// <param name="evaluate">Evaluates the point at a step length.</param>
/// <param name="changeTolerance">A bracket that moves no element by more is not divided further.</param>
/// <remarks>
/// Nocedal and Wright, "Numerical Optimization", 2006, algorithms 3.5 and 3.6, with c₁ = 1e-4 and c₂ = 0.9, in the form of
/// PyTorch's <c>_strong_wolfe</c>: cubic interpolation, at most 25 evaluations, the best point of the bracket where none satisfies
/// the conditions.
/// </remarks>
internal sealed class StrongWolfe(Func<double, LinePoint> evaluate, double changeTolerance)
{
    private const double Decrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MaxSteps = 25;

    private int _steps;

    /// <summary>Searches.</summary>
    /// <param name="length">The first step length.</param>
    /// <param name="start">The point at length 0, with a negative slope.</param>
    /// <param name="largest">The largest element of the direction.</param>
    /// <returns>The accepted point.</returns>
    internal LinePoint Search(double length, LinePoint start, double largest)
    {
        var (low, high) = Bracket(length, start);
        if (high is null)
            return low;
        return Zoom(low, high, start, largest);
    }

    /// <summary>Extends the step until it satisfies the conditions (the second point is null) or a bracket contains one that does.</summary>
    private (LinePoint First, LinePoint? Second) Bracket(double length, LinePoint start)
    {
        var (previous, point) = (start, evaluate(length));
        while (_steps < MaxSteps)
        {
            if (point.Loss > Sufficient(point.Length, start) || (_steps > 1 && point.Loss >= previous.Loss))
                return (previous, point);
            if (Math.Abs(point.Slope) <= -Curvature * start.Slope)
                return (point, null);
            if (point.Slope >= 0)
                return (previous, point);
            var next = Interpolate(previous, point, point.Length + 0.01 * (point.Length - previous.Length), point.Length * 10);
            (previous, point) = (point, evaluate(next));
            _steps++;
        }

        return (start, point);
    }

    private LinePoint Zoom(LinePoint first, LinePoint second, LinePoint start, double largest)
    {
        LinePoint[] bracket = [first, second];
        var low = first.Loss <= second.Loss ? 0 : 1;
        var stalled = false;
        while (_steps < MaxSteps && Math.Abs(bracket[1].Length - bracket[0].Length) * largest >= changeTolerance)
        {
            var (min, max) = Range(bracket[0], bracket[1]);
            var at = Interpolate(bracket[0], bracket[1], min, max);
            var margin = 0.1 * (max - min);
            var near = Math.Min(max - at, at - min) < margin;
            // Twice in a row close to an end, or on it: moved inwards a little.
            var pushed = near && (stalled || at >= max || at <= min);
            if (pushed)
                at = Math.Abs(at - max) < Math.Abs(at - min) ? max - margin : min + margin;
            stalled = near && !pushed;

            var point = evaluate(at);
            _steps++;
            if (point.Loss > Sufficient(at, start) || point.Loss >= bracket[low].Loss)
            {
                bracket[1 - low] = point;
                low = bracket[0].Loss <= bracket[1].Loss ? 0 : 1;
                continue;
            }

            if (Math.Abs(point.Slope) <= -Curvature * start.Slope)
                return point;
            if (point.Slope * (bracket[1 - low].Length - bracket[low].Length) >= 0)
                bracket[1 - low] = bracket[low];
            bracket[low] = point;
        }

        return bracket[low];
    }

    private static double Sufficient(double length, LinePoint start) => start.Loss + Decrease * length * start.Slope;

    private static (double Min, double Max) Range(LinePoint a, LinePoint b) =>
        (Math.Min(a.Length, b.Length), Math.Max(a.Length, b.Length));

    /// <summary>The minimum of the cubic through two points and their slopes, within bounds.</summary>
    private static double Interpolate(LinePoint a, LinePoint b, double min, double max)
    {
        var d1 = a.Slope + b.Slope - 3 * (a.Loss - b.Loss) / (a.Length - b.Length);
        var square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0))
            return (min + max) / 2;
        var d2 = Math.Sqrt(square);
        var at = a.Length <= b.Length
            ? b.Length - (b.Length - a.Length) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2))
            : a.Length - (a.Length - b.Length) * ((a.Slope + d2 - d1) / (a.Slope - b.Slope + 2 * d2));
        return Math.Min(Math.Max(at, min), max);
    }
}
