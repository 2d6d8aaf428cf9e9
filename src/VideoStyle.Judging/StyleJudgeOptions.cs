using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;

namespace VideoStyle.Judging;

/// <summary>What <see cref="StyleJudge"/> judges, and by what.</summary>
internal sealed record StyleJudgeOptions
{
    /// <summary>Gets the styles: names, model files, or <c>FILE#IMAGE</c> for the style that a network predicts from an image; empty, the default, for every built-in style.</summary>
    public IReadOnlyList<string> Styles { get; init; } = [];

    /// <summary>Gets the folder with the style images, which the models name in their metadata. Required.</summary>
    [Option("style-images", "The folder of the style images that the models name.", ValueName = "DIR")]
    public required string StyleImages { get; init; }

    /// <summary>Gets the photos: files, or folders of them. Required, unless there are portraits.</summary>
    [Option("photos", "A photo to judge by, or a folder of them; may be repeated.", ValueName = "FILE|DIR")]
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <summary>Gets photos of faces: files, or folders of them; they count as photos, and decide on <see cref="StyleScore.Face"/>.</summary>
    [Option("portraits", "The same with faces, which the column 'face' is about.", ValueName = "FILE|DIR")]
    public IReadOnlyList<string> Portraits { get; init; } = [];

    /// <summary>Gets the folder that keeps the images of <c>paint</c>; those that are missing are made. Null, the default: the table goes without them.</summary>
    [Option("references", "Compare with `videostyle paint`. The folder keeps its images; what is missing is painted first, in minutes each.", ValueName = "DIR")]
    public string? References { get; init; }

    /// <summary>Gets the shorter side of photos and style images in pixels, a multiple of 8 from 256 to 1024; 512 by default.</summary>
    [Option("size", "The shorter side of photos and style images in pixels, a multiple of 8.", ValueName = "PIXELS")]
    [Range(256, 1024)]
    public int Size { get; init; } = 512;

    /// <summary>Gets the steps of <c>paint</c> at its coarsest level, at least 1; 333 by default, which are 500 with those of a finer level.</summary>
    public int ReferenceSteps { get; init; } = 333;

    /// <summary>Checks that there is something to judge, and by what.</summary>
    /// <exception cref="VideoStyleException">There is not (Usage, Input).</exception>
    public void Validate()
    {
        if (Photos.Count + Portraits.Count == 0)
            throw new VideoStyleException(ErrorKind.Usage, "There is no photo to judge by.", "Set StyleJudgeOptions.Photos, or StyleJudgeOptions.Portraits for faces.");
        if (Size is < 256 or > 1024 || Size % 8 != 0)
            throw new VideoStyleException(ErrorKind.Usage, $"The size {Size} is no multiple of 8 from 256 to 1024.");
        if (!Directory.Exists(StyleImages))
            throw new VideoStyleException(ErrorKind.Input, $"{StyleImages}: there is no such folder of style images.");
    }
}
