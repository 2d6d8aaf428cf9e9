using System.IO.Compression;
using System.Text;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Torch.Tests;

public sealed class TensorFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-files");

    public void Dispose() => _folder.Delete(recursive: true);

    [NativeFact(NativeUnits.Kernels)]
    public void Write_ThenRead_GivesBackValuesShapesAndCard()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "ünïcode.safetensors");
        using var a = HostTensor.From<float>([1, -2, 3.5f, 65504, 0, 6], 2, 3);
        using var b = HostTensor.From<float>([0.25f], 1);
        var card = new Dictionary<string, string> { ["name"] = "täst \"x\"", ["steps"] = "12" };
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["b"] = b, ["a.weight"] = a }, ScalarType.Float16, card);

        var file = TensorFile.Read(path);

        file.Metadata.ShouldBe(card, ignoreOrder: true);
        file.Tensors.Keys.ShouldBe(["a.weight", "b"], ignoreOrder: true);
        file.Tensors["a.weight"].Dtype.ShouldBe(StoredDtype.Float16);
        file.Tensors["a.weight"].Shape.ShouldBe([2, 3]);
        using var read = file.Tensors["a.weight"].ToTensor();
        read.ToArray<float>().ShouldBe([1, -2, 3.5f, 65504, 0, 6]);
        _folder.GetFiles().Length.ShouldBe(1);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Write_ToFolderThatIsAbsent_ThrowsOutputErrorThatNamesTheFile()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "none", "x.safetensors");
        var error = Should.Throw<VideoStyleException>(() =>
            SafetensorsWriter.Write(path, new Dictionary<string, Tensor>(), ScalarType.Float32, new Dictionary<string, string>())
        );
        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain(path);
    }

    [Theory]
    [InlineData("cos\nsystem\n(X\x04\0\0\0trueq\0\x85R.", "os.system")]
    [InlineData("cbuiltins\neval\n.", "builtins.eval")]
    [InlineData("ctorch\nload\n.", "torch.load")]
    [InlineData("ctorch.hub\nload\n.", "torch.hub.load")]
    [InlineData("ccollections\nOrderedDict.__reduce__\n.", "collections.OrderedDict.__reduce__")]
    public void Read_PickleThatCallsAFunction_IsRefusedWithFileAndFunction(string program, string function)
    {
        var path = WriteTorchZip(Encoding.Latin1.GetBytes("\x80\x02" + program));

        var error = Should.Throw<VideoStyleException>(() => TensorFile.Read(path));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(path);
        error.Message.ShouldContain(function);
    }

    [Fact]
    public void Read_PickleThatNestsADictionaryInItself_Ends()
    {
        // {}, put 0, key 'a', get 0, set: d = {}; d['a'] = d
        var path = WriteTorchZip(Encoding.Latin1.GetBytes("\x80\x02}q\0X\x01\0\0\0ah\0s."));
        Should.Throw<VideoStyleException>(() => TensorFile.Read(path)).Kind.ShouldBe(ErrorKind.Model);
    }

    [Fact]
    public void Read_PickleThatDoublesADictionaryManyTimes_EndsQuickly()
    {
        var program = new StringBuilder("\x80\x02}q\0");
        for (var i = 1; i < 60; i++)
            program.Append("}X\x01\0\0\0ah").Append((char)(i - 1)).Append("sX\x01\0\0\0bh").Append((char)(i - 1)).Append("sq").Append((char)i);
        var path = WriteTorchZip(Encoding.Latin1.GetBytes(program.Append('.').ToString()));
        Should.Throw<VideoStyleException>(() => TensorFile.Read(path)).Kind.ShouldBe(ErrorKind.Model);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "outside its storage")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,4]}}", "shape does not match")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "damaged text")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", "")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"X\",\"shape\":[1],\"data_offsets\":[0,4]}}", "'X'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "outside")]
    [InlineData("{\"a\":3}", "Number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "whole number")]
    [InlineData("{\"__metadata__\":{\"x\":1}}", "Number")]
    [InlineData("{", "")]
    public void Read_SafetensorsWithAnImpossibleHeader_ThrowsModelErrorThatNamesIt(string header, string cause)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var path = WriteFile("bad.safetensors", [.. BitConverter.GetBytes((ulong)json.Length), .. json, 0, 0, 0, 0]);
        var error = Should.Throw<VideoStyleException>(() => TensorFile.Read(path));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(path);
        error.Message.ShouldContain(cause);
    }

    [Fact]
    public void Read_HeaderLengthBeyondTheFile_ThrowsWithoutAllocatingIt()
    {
        var path = WriteFile("long.safetensors", [.. BitConverter.GetBytes(ulong.MaxValue), (byte)'{', (byte)'}']);
        Should.Throw<VideoStyleException>(() => TensorFile.Read(path)).Message.ShouldContain("header is longer");
    }

    [Fact]
    public void Read_MissingFile_ThrowsModelErrorThatNamesIt()
    {
        var error = Should.Throw<VideoStyleException>(() => TensorFile.Read("/nowhere/x.safetensors"));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("/nowhere/x.safetensors");
    }

    [Fact]
    public void Read_ZipThatClaimsMoreThanDeflateCanHold_IsRefused()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "bomb.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("a.npy").Open())
            entry.Write(new byte[1 << 16]);
        var bytes = File.ReadAllBytes(path);
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.GetBytes(1_000_000_000).CopyTo(bytes, directory + 24); // the stated length
        File.WriteAllBytes(path, bytes);
        Should.Throw<VideoStyleException>(() => TensorFile.Read(path)).Kind.ShouldBe(ErrorKind.Model);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Read_NumpyInFortranOrder_GivesTheSameArray()
    {
        var header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n".PadRight(70);
        byte[] bytes =
        [
            0x93, .. "NUMPY\x01\0"u8, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.Latin1.GetBytes(header),
            .. new float[] { 0, 3, 1, 4, 2, 5 }.SelectMany(BitConverter.GetBytes),
        ];
        using var tensor = TensorFile.Read(WriteFile("f.npy", bytes)).Tensors["f"].ToTensor();
        tensor.shape.ShouldBe([2, 3]);
        tensor.ToArray<float>().ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    private string WriteFile(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string WriteTorchZip(byte[] pickle)
    {
        var path = System.IO.Path.Combine(_folder.FullName, "evil.pth");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
        entry.Write(pickle);
        return path;
    }
}
