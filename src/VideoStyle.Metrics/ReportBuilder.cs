using System.Globalization;
using System.Reflection;
using VideoStyle.Core.Errors;

namespace VideoStyle.Metrics;

/// <summary>Turns what added up into the figures that are reported.</summary>
internal sealed class ReportBuilder(
    MeasureSettings settings,
    FlowSupply flow,
    FlowSupply? tofFlow,
    PerceptualMeter? perceptual,
    IReadOnlyList<MeasuredClip> clips,
    bool hasPerFrame
)
{
    /// <summary>Frames that drift is stated for: a minute and more at the usual rates.</summary>
    private const int DriftFrames = 2000;

    /// <summary>A slope over fewer frames of one shot says nothing about so many.</summary>
    private const int LeastDriftFrames = 240;

    private readonly List<LeftOutReport> _leftOut = [];
    private readonly int? _perFrame = hasPerFrame ? clips.Count - 1 : null;

    public MetricsReport Build(MeasureTallies tallies)
    {
        RequirePairs(tallies);
        var info = clips[0].Frames.Info;
        var reports = Enumerable.Range(0, clips.Count).Select(clip => BuildClip(clip, tallies)).ToList();
        NoteLeftOut(tallies);
        return new MetricsReport(
            MetricsReport.SchemaVersion,
            "measure",
            new SourceReport(clips[0].Name, info.Width, info.Height, info.FrameRate.IsKnown ? info.FrameRate.Value : null),
            BuildSettings(),
            tallies.Frames,
            tallies.Cuts,
            [.. settings.Lags.Select(lag => BuildPairs(lag, tallies))],
            reports,
            _leftOut
        );
    }

    private void RequirePairs(MeasureTallies tallies)
    {
        if (tallies.Frames < 2)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{clips[0].Name}: has {(tallies.Frames == 0 ? "no frame" : "one frame")}; steadiness is measured between frames."
            );
        if (tallies.Cuts.Count == tallies.Frames - 1)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{clips[0].Name}: every frame begins a new shot ({tallies.Cuts.Count} cuts in {tallies.Frames} frames), so there is no pair to measure.",
                "If these are no cuts, raise --cut-threshold, to 1 for none at all."
            );
    }

    private SettingsReport BuildSettings() =>
        new(
            flow.Description,
            settings.Chained ? "chained" : "direct",
            flow.MaskDescription,
            settings.Profiles,
            [.. settings.Lags.Select(lag => lag.ToString())],
            settings.CutThreshold,
            settings.IgnoreTiming,
            tofFlow?.Description,
            settings.FlowDifferenceEvery,
            perceptual?.Description,
            settings.PerceptualEvery,
            $"videostyle {Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}"
        );

    private static PairReport BuildPairs(Lag lag, MeasureTallies tallies)
    {
        var warps = tallies.Warps[lag];
        return new PairReport(
            lag.ToString(),
            warps[0].Pairs + warps[0].WithoutValidPixels,
            tallies.AcrossCuts(lag),
            warps.ToDictionary(warp => warp.Profile, warp => warp.WithoutValidPixels),
            warps.ToDictionary(warp => warp.Profile, warp => warp.Coverage)
        );
    }

    private ClipReport BuildClip(int clip, MeasureTallies tallies)
    {
        var role = clip == 0 ? ClipRole.Source : clip == _perFrame ? ClipRole.PerFrame : ClipRole.Output;
        var (deviation, slope) = tallies.MeanLuma(clip);
        var energy = tallies.GradientEnergy(clip);
        var judged = role != ClipRole.Source;
        return new ClipReport(
            clips[clip].Name,
            role,
            [.. settings.Lags.SelectMany(lag => tallies.Warps[lag]).Select(warp => BuildWarp(warp, clip))],
            judged ? tallies.MotionDifference(clip) : null,
            judged ? deviation : null,
            judged && HasDrift(tallies) ? slope * DriftFrames : null,
            energy,
            judged && _perFrame is { } reference ? Ratio(energy, tallies.GradientEnergy(reference)) : null,
            judged ? Ratio(energy, tallies.GradientEnergy(0)) : null,
            judged ? tallies.Ssim(clip) : null,
            judged ? tallies.PsnrDb(clip) : null,
            tallies.Perceptual(clip)
        );
    }

    private WarpingErrorReport BuildWarp(WarpTally warp, int clip) =>
        new(
            warp.Profile,
            warp.Lag.ToString(),
            warp.Value(clip),
            clip > 0 && _perFrame is { } reference ? Ratio(warp.Value(clip), warp.Value(reference)) : null,
            warp.Value(0),
            warp.Pairs
        );

    private void NoteLeftOut(MeasureTallies tallies)
    {
        foreach (var lag in settings.Lags.Where(lag => tallies.Warps[lag][0].Coverage is null))
            LeaveOut($"warping error at lag {lag}", string.Create(CultureInfo.InvariantCulture, $"no shot has frames that far apart in these {tallies.Frames} frames"));
        if (_perFrame is null)
            LeaveOut("ratio to per frame, sharpness ratio", "no per-frame rendering was given");
        if (!HasDrift(tallies))
            LeaveOut("drift", $"no shot has {LeastDriftFrames} frames to see it in");
        if (tofFlow is null)
            LeaveOut("tOF", "it was switched off");
        _leftOut.AddRange(perceptual?.LeftOut ?? [new("distances that need a network", "no network was given")]);
        if (!settings.Fidelity)
            LeaveOut("SSIM, PSNR", "they were switched off");
        else if (Math.Min(clips[0].Frames.Info.Width, clips[0].Frames.Info.Height) < StructuralSimilarity.Window)
            LeaveOut("SSIM", "the clips are smaller than its window of 11 pixels");
    }

    private static bool HasDrift(MeasureTallies tallies) => tallies.LongestShot >= LeastDriftFrames;

    private void LeaveOut(string metric, string reason) => _leftOut.Add(new LeftOutReport(metric, reason));

    private static double? Ratio(double? value, double? reference) => reference > 0 ? value / reference : null;
}
