#:project ../src/VideoStyle.Training/VideoStyle.Training.csproj
#:property PublishAot=false
#:property NoWarn=CS1591

// Packs any model that VideoStyle reads as a built-in style: half precision, with metadata.
//
//   dotnet run tools/repack-style.cs -- MODEL OUTPUT.safetensors [field=value ...]
//
// A field with an empty value is dropped from the metadata.
using TorchSharp;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: dotnet run tools/repack-style.cs -- MODEL OUTPUT.safetensors [field=value ...]");
    return 2;
}

try
{
    var model = StyleModel.Load(args[0]);
    var metadata = new Dictionary<string, string>(model.Metadata, StringComparer.Ordinal) { ["architecture"] = model.ArchitectureName, ["name"] = model.Name };
    foreach (var field in args[2..])
    {
        var (key, value) = field.Split('=', 2) is [var k, var v] ? (k, v) : (field, "");
        if (value.Length > 0)
            metadata[key] = value;
        else
            metadata.Remove(key);
    }

    model.Save(args[1], torch.ScalarType.Float16, metadata);
    Console.WriteLine($"{args[1]}: {model.ArchitectureName}, {new FileInfo(args[1]).Length} bytes");
    return 0;
}
catch (VideoStyleException e)
{
    Console.Error.WriteLine($"{e.Message}\n  {e.Hint}");
    return 5;
}
