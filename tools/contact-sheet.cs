#:project ../src/VideoStyle.Training/VideoStyle.Training.csproj
#:property PublishAot=false
#:property NoWarn=CS1591

// Stylizes one image with every built-in style: a thumbnail of each beside its model, and all of them on one sheet.
//
//   dotnet run tools/contact-sheet.cs -- IMAGE THUMBNAIL_FOLDER SHEET.jpg
//
// The sheet has the styles in alphabetical order, four in a row, left to right and top to bottom.
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;

const int Columns = 4;
const int Gap = 6;
if (args.Length != 3)
{
    Console.Error.WriteLine("usage: dotnet run tools/contact-sheet.cs -- IMAGE THUMBNAIL_FOLDER SHEET.jpg");
    return 2;
}

try
{
    var pool = new FramePool();
    using var image = Fit(args[0], 640);
    var (width, height) = (image.Width / 2, image.Height / 2);
    var styles = StyleCatalog.BuiltIn.LoadAll().ToList();
    var rows = (styles.Count + Columns - 1) / Columns;
    using var sheet = pool.Rent(Columns * width + (Columns - 1) * Gap, rows * height + (rows - 1) * Gap);
    sheet.Pixels.Fill(255);
    for (var i = 0; i < styles.Count; i++)
    {
        using var stylizer = TorchStylizer.Create(styles[i], new StylizerOptions { Device = "cpu" });
        using var stylized = stylizer.Paint(image);
        using var rounded = pool.Rent(image.Width, image.Height);
        stylized.RoundTo(rounded);
        using var thumbnail = Half(rounded);
        ImageFile.Write(Path.Combine(args[1], Path.GetFileNameWithoutExtension(styles[i].Path) + ".jpg"), thumbnail);
        Paste(thumbnail, sheet, i % Columns * (width + Gap), i / Columns * (height + Gap));
        Console.WriteLine(styles[i].Name);
    }

    ImageFile.Write(args[2], sheet);
    return 0;

    Frame Fit(string path, int longer)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions { MaxSize = longer });
        return source.Read(pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: holds no image.");
    }

    Frame Half(Frame frame)
    {
        var half = pool.Rent(frame.Width / 2, frame.Height / 2);
        for (var y = 0; y < half.Height; y++)
        {
            for (var i = 0; i < 3 * half.Width; i++)
            {
                var at = 3 * (2 * y * frame.Width + i / 3 * 2) + i % 3;
                var below = at + 3 * frame.Width;
                half.Pixels[3 * y * half.Width + i] = (byte)((frame.Pixels[at] + frame.Pixels[at + 3] + frame.Pixels[below] + frame.Pixels[below + 3] + 2) / 4);
            }
        }

        return half;
    }

    static void Paste(Frame part, Frame whole, int left, int top)
    {
        for (var y = 0; y < part.Height; y++)
            part.Pixels.Slice(3 * y * part.Width, 3 * part.Width).CopyTo(whole.Pixels[(3 * ((top + y) * whole.Width + left))..]);
    }
}
catch (VideoStyleException e)
{
    Console.Error.WriteLine($"contact-sheet: {e.Message}{(e.Hint is null ? "" : $"\n  {e.Hint}")}");
    return 1;
}
