using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Color;
using VideoStyle.Styles;

namespace VideoStyle;

/// <summary>Which style, and how much of it.</summary>
public sealed record StyleOptions
{
    /// <summary>The style that is used where none is named.</summary>
    public const string Default = "starry_night";

    /// <summary>Gets the style: a built-in name, a model file, a style image, <c>none</c>, or a mixture of these with weights and times.</summary>
    [Option(
        "style",
        "A built-in style (see `videostyle styles`), a model file (.safetensors, .pth), any image (.jpg, .png), or none: everything but the style. "
            + "Several are mixed (a.jpg:0.7,b.jpg:0.3), and change with time (wave -> night @ 5s: night is reached at 5 seconds).",
        Aliases = ["s"], ValueName = "STYLE")]
    public string Name { get; init; } = Default;

    /// <summary>Gets the arbitrary style transfer method for style images: a method's name, a folder with its files, a trained file, or <c>auto</c>.</summary>
    [Option(
        "arbitrary-method",
        "The arbitrary style transfer method for style images: a name, a folder with the files of one, a trained file, or auto.",
        Aliases = ["any-style"], ValueName = "METHOD", Suggestions = typeof(ArbitraryStyleMethod))]
    public string ArbitraryMethod { get; init; } = "auto";

    /// <summary>Gets the weight of the style against the frame itself, 0–1. Default 1.</summary>
    [Option("strength", "How much of the style is used.", ValueName = "0..1")]
    [Range(0.0, 1.0)]
    public double Strength { get; init; } = 1;

    /// <summary>Gets what is kept of the frame's colours.</summary>
    [Option("preserve-color", "Keep the video's colours: of each pixel (luminance), or its palette (histogram).", ValueName = "HOW")]
    public ColorPreservation PreserveColor { get; init; }

    /// <summary>Gets the size of strokes, or null for the network's own.</summary>
    [Option("scale", "The size of strokes: 2 for twice as large, or 720p for as large as in a video of 720 lines, whatever this one has.", ValueName = "N|Np")]
    public StrokeScale? Scale { get; init; }

    /// <summary>Gets the image or video that says where each style is used, or null.</summary>
    [Option("mask", "An image or video that says where each style is used: white the first, black the second (or the video as it is); of three or four, red, green, blue and black.", ValueName = "FILE")]
    public string? Mask { get; init; }

    /// <summary>Gets the folder of style images that each shot's style is chosen from, in place of <see cref="Name"/>; or null.</summary>
    [Option("style-collection", "A folder of style images; each shot takes the one most like it.", ValueName = "DIR")]
    public string? Collection { get; init; }

    /// <summary>Gets how many images of the collection are mixed, 1–8. Default 1.</summary>
    [Option("nearest", "Mix this many images of the collection, by their similarity.", ValueName = "N")]
    [Range(1, 8)]
    public int Nearest { get; init; } = 1;

    /// <summary>Gets a short name of the style, as it stands in the name of an output: <c>wave+night</c>.</summary>
    /// <exception cref="VideoStyleException"><see cref="Name"/> cannot be read (Usage).</exception>
    public string Label() =>
        Collection is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) : StyleSpec.Parse(Name).Label;

    /// <summary>Finds out whether the styles are there, without loading them.</summary>
    /// <exception cref="VideoStyleException">One is not (Input or Model), or they contradict each other (Usage).</exception>
    public void Require()
    {
        Validate();
        StyleSpec.Parse(Name).Require();
    }

    internal void Validate()
    {
        var spec = StyleSpec.Parse(Name);
        if (Mask is not null && spec.Weighted)
            throw new VideoStyleException(ErrorKind.Usage, "StyleOptions.Mask says where each style is used, so StyleOptions.Name takes no weights and no times with it.", "Write a.jpg,b.jpg.");
        if (Mask is not null && spec.Names.Count > StyleMask.MaxStyles)
            throw new VideoStyleException(ErrorKind.Usage, $"A mask tells {StyleMask.MaxStyles} styles apart, not {spec.Names.Count}.", "Name fewer styles.");
        if (this is { Collection: not null, Mask: not null })
            throw new VideoStyleException(ErrorKind.Usage, "StyleOptions.Collection chooses by shot and StyleOptions.Mask by place; they do not go together.", "Leave one of them out.");
    }
}
