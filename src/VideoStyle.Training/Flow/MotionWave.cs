namespace VideoStyle.Training.Flow;

/// <summary>A sine wave of displacement: amplitudes in pixels, spatial frequencies in radians a pixel, and a phase in radians.</summary>
internal readonly record struct MotionWave(double AmplitudeX, double AmplitudeY, double FrequencyX, double FrequencyY, double Phase)
{
    /// <summary>Gets the largest change of the displacement from one pixel to the next.</summary>
    internal double Slope => Math.Sqrt((AmplitudeX * AmplitudeX + AmplitudeY * AmplitudeY) * (FrequencyX * FrequencyX + FrequencyY * FrequencyY));
}
