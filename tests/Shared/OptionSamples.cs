namespace VideoStyle.Tests;

/// <summary>For every option of <c>convert</c> a value that is not its default.</summary>
internal static class OptionSamples
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["style"] = "the_scream",
        ["arbitrary-method"] = "adain",
        ["strength"] = "0.5",
        ["preserve-color"] = "histogram",
        ["scale"] = "720p",
        ["mask"] = "mask.png",
        ["style-collection"] = "paintings",
        ["nearest"] = "3",
        ["coherence"] = "best",
        ["flow"] = "dis-fast",
        ["blend"] = "weight=0.5,cubic=off",
        ["keyframe-interval"] = "8",
        ["device"] = "cpu",
        ["precision"] = "f32",
        ["max-memory"] = "3G",
        ["codec"] = "hevc",
        ["crf"] = "23",
        ["preset"] = "slow",
        ["pixel-format"] = "yuv444p",
        ["encoder-options"] = "g=50:bf=2",
        ["tune"] = "grain",
        ["bitrate"] = "4000000",
        ["audio"] = "aac",
        ["no-audio"] = "true",
        ["only-video"] = "true",
        ["from"] = "1.5",
        ["to"] = "2.5",
        ["max-size"] = "640",
        ["fps"] = "30000/1001",
        ["no-deinterlace"] = "true",
        ["compare"] = "wipe",
        ["segment"] = "4",
        ["resume"] = "true",
        ["force"] = "true",
    };
}
