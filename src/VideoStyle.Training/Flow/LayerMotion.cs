namespace VideoStyle.Training.Flow;

/// <summary>How a layer moves: a projection that changes with time, and waves within its own plane.</summary>
/// <remarks>
/// Times run from 0, the first frame, to 1, the second; motion blur needs those between and around. At time 0 the motion is the identity.
/// </remarks>
/// <param name="Pose">The projection from positions in the first frame to those at a time.</param>
/// <param name="Waves">Displacements, proportional to time; their slopes add up to at most <see cref="MaxSlope"/>, so that the inverse converges.</param>
internal sealed record LayerMotion(Func<double, Projection> Pose, IReadOnlyList<MotionWave> Waves)
{
    internal const double MaxSlope = 0.4;
    private const int MaxIterations = 16;
    private const double Tolerance = 1e-4; // pixels

    internal static LayerMotion Still { get; } = new(_ => Projection.Identity, []);

    /// <summary>Fixes the time, for many points.</summary>
    internal AtTime At(double time)
    {
        var pose = Pose(time);
        return new AtTime(pose, pose.Inverse(), time == 0 ? [] : Waves, time);
    }

    /// <summary>The motion up to one time.</summary>
    internal readonly record struct AtTime(Projection Pose, Projection Back, IReadOnlyList<MotionWave> Waves, double Time)
    {
        /// <summary>Maps a position in the first frame to that at the time; false where it lies behind the camera.</summary>
        internal bool TryForward(double x, double y, out double u, out double v)
        {
            var (dx, dy) = Displacement(x, y);
            return Pose.TryApply(x + dx, y + dy, out u, out v);
        }

        /// <summary>Maps a position at the time to that in the first frame; false where it lies behind the camera.</summary>
        internal bool TryBackward(double u, double v, out double x, out double y)
        {
            if (!Back.TryApply(u, v, out x, out y))
                return false;
            if (Waves.Count == 0)
                return true;
            var (px, py) = (x, y);
            for (var i = 0; i < MaxIterations; i++)
            {
                var (dx, dy) = Displacement(x, y);
                var (nextX, nextY) = (px - dx, py - dy);
                var moved = Math.Abs(nextX - x) + Math.Abs(nextY - y);
                (x, y) = (nextX, nextY);
                if (moved < Tolerance)
                    break;
            }

            return true;
        }

        private (double X, double Y) Displacement(double x, double y)
        {
            var (dx, dy) = (0.0, 0.0);
            for (var i = 0; i < Waves.Count; i++)
            {
                var wave = Waves[i];
                var sine = Time * MathF.Sin((float)(wave.FrequencyX * x + wave.FrequencyY * y + wave.Phase));
                dx += wave.AmplitudeX * sine;
                dy += wave.AmplitudeY * sine;
            }

            return (dx, dy);
        }
    }
}
