using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Files;

/// <summary>Reads Python pickles, and builds only numbers, strings, lists, dictionaries and descriptions of tensors.</summary>
/// <remarks>
/// A pickle is a program: unpickling one with Python can call any function. This reader knows the few that rebuild tensors, calls
/// none, and refuses a file that names any other. Every opcode reads at least one byte and makes at most one small object, so that
/// memory stays proportional to the file.
/// </remarks>
internal sealed class Unpickler(string path, ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Gets the dtype of every storage that was named, by its key.</summary>
    internal Dictionary<string, StoredDtype> StorageTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets how far the file has been read; several pickles may follow one another.</summary>
    internal int Position { get; private set; }

    /// <summary>Reads one pickle.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="VideoStyleException">It asks for a function outside the list (Model).</exception>
    internal object? Load()
    {
        _stack.Clear();
        _memo.Clear();
        while (true)
        {
            var opcode = NextByte();
            if (opcode == '.')
                return Pop();
            if (!Constant(opcode) && !Memory(opcode) && !Build(opcode))
                throw new InvalidDataException($"its pickle has the unsupported opcode 0x{opcode:x2} at byte {Position - 1}");
        }
    }

    internal ReadOnlySpan<byte> Next(long count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw new InvalidDataException("it ends too early");
        var slice = bytes.Span.Slice(Position, (int)count);
        Position += (int)count;
        return slice;
    }

    private byte NextByte() => Next(1)[0];

    private uint NextUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Next(4));

    /// <summary>Opcodes that push a constant.</summary>
    private bool Constant(byte opcode)
    {
        object? value;
        switch ((char)opcode)
        {
            case '\x80': // PROTO
                _ = NextByte();
                return true;
            case '\x95': // FRAME
                _ = Next(8);
                return true;
            case 'N':
                value = null;
                break;
            case '\x88' or '\x89': // NEWTRUE, NEWFALSE
                value = opcode == 0x88;
                break;
            case 'J' or 'K' or 'M' or '\x8a' or 'G':
                value = Number(opcode);
                break;
            case 'X' or 'T': // BINUNICODE, BINSTRING
                value = StrictUtf8.GetString(Next(NextUInt32()));
                break;
            case '\x8c' or 'U': // SHORT_BINUNICODE, SHORT_BINSTRING
                value = StrictUtf8.GetString(Next(NextByte()));
                break;
            case ']':
                value = new List<object?>();
                break;
            case '}':
                value = new PickleDictionary();
                break;
            case ')':
                value = Array.Empty<object?>();
                break;
            case '(':
                value = PickleMark.Instance;
                break;
            case 'c': // GLOBAL
                value = Resolve(NextLine(), NextLine());
                break;
            default:
                return false;
        }

        _stack.Add(value);
        return true;
    }

    private object Number(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'J':
                return (long)BinaryPrimitives.ReadInt32LittleEndian(Next(4));
            case 'K':
                return (long)NextByte();
            case 'M':
                return (long)BinaryPrimitives.ReadUInt16LittleEndian(Next(2));
            case 'G':
                return BinaryPrimitives.ReadDoubleBigEndian(Next(8));
            default: // LONG1
                var integer = new BigInteger(Next(NextByte()));
                return integer >= long.MinValue && integer <= long.MaxValue ? (object)(long)integer : integer;
        }
    }

    /// <summary>Opcodes of the memo: they store and fetch values.</summary>
    private bool Memory(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'q':
                _memo[NextByte()] = Peek();
                return true;
            case 'r':
                _memo[NextUInt32()] = Peek();
                return true;
            case '\x94': // MEMOIZE
                _memo[_memo.Count] = Peek();
                return true;
            case 'h':
                _stack.Add(Recall(NextByte()));
                return true;
            case 'j':
                _stack.Add(Recall(NextUInt32()));
                return true;
            case '0': // POP
                _ = Pop();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Opcodes that build values from those on the stack.</summary>
    private bool Build(byte opcode)
    {
        switch ((char)opcode)
        {
            case 't':
                var items = PopToMark();
                _stack.Add(items);
                return true;
            case '\x85' or '\x86' or '\x87': // TUPLE1, TUPLE2, TUPLE3
                var tuple = new object?[opcode - 0x84];
                for (var i = tuple.Length - 1; i >= 0; i--)
                    tuple[i] = Pop();
                _stack.Add(tuple);
                return true;
            case 'a':
                var item = Pop();
                Peek<List<object?>>().Add(item);
                return true;
            case 'e':
                var appended = PopToMark();
                Peek<List<object?>>().AddRange(appended);
                return true;
            case 's':
                var (value, key) = (Pop(), Pop());
                Peek<PickleDictionary>().Set(key, value);
                return true;
            case 'u':
                var pairs = PopToMark();
                var target = Peek<PickleDictionary>();
                for (var i = 0; i + 1 < pairs.Length; i += 2)
                    target.Set(pairs[i], pairs[i + 1]);
                return true;
            case 'b': // BUILD sets attributes, of which tensors need none.
                _ = Pop();
                return true;
            case 'R':
                var arguments = Pop<object?[]>();
                _stack.Add(TorchObjects.Rebuild(Pop<PickleReference>(), arguments));
                return true;
            case 'Q': // BINPERSID
                var storage = TorchObjects.Storage(Pop<object?[]>());
                StorageTypes[storage.Key] = storage.Dtype;
                _stack.Add(storage);
                return true;
            case '\x93': // STACK_GLOBAL
                var (name, module) = (Pop<string>(), Pop<string>());
                _stack.Add(Resolve(module, name));
                return true;
            default:
                return false;
        }
    }

    private PickleReference Resolve(string module, string name) =>
        TorchObjects.Find(module, name)
        ?? throw new VideoStyleException(
            ErrorKind.Model,
            $"{path}: refused, because it tries to call {module}.{name} when it is loaded.",
            "Use the model as .safetensors, or save only its state_dict."
        );

    private string NextLine()
    {
        var rest = bytes.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end is < 0 or > 1024)
            throw new InvalidDataException("its pickle has a name without an end");
        var line = StrictUtf8.GetString(Next(end));
        _ = NextByte();
        return line;
    }

    private object? Recall(long key) =>
        _memo.TryGetValue(key, out var value) ? value : throw new InvalidDataException("its pickle recalls what it never stored");

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw new InvalidDataException("its pickle takes more than it has");

    private T Peek<T>()
        where T : class => Peek() as T ?? throw new InvalidDataException("its pickle adds to something that is no list");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private T Pop<T>()
        where T : class => Pop() as T ?? throw new InvalidDataException("its pickle has a value of the wrong kind");

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(PickleMark.Instance);
        if (mark < 0)
            throw new InvalidDataException("its pickle closes a group that it never opened");
        object?[] values = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }
}
