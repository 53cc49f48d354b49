namespace Lateen.Api.Schema;

using System.Collections.Concurrent;

/// <summary>
/// Our messages as their .proto files describe them. The library's own descriptors find the generated class and every property of it
/// by reflection, for all files at once: 20 ms and several megabytes before a proxy listens. Here each message is read when asked for.
/// </summary>
public static class ProtoSchema
{
    private const int MessageInFile = 4;
    private const int EnumInFile = 5;
    private const int MessageInMessage = 3;
    private const int EnumInMessage = 4;

    private static readonly ConcurrentDictionary<string, MessageSchema?> _messages = new(StringComparer.Ordinal);
    private static readonly byte[] _data = Load();
    private static readonly List<FileEntry> _files = ReadFiles();

    /// <summary>Finds a message by its type URL or its full name.</summary>
    public static MessageSchema? Find(string typeUrl)
    {
        string name = typeUrl[(typeUrl.LastIndexOf('/') + 1)..];
        return _messages.TryGetValue(name, out MessageSchema? known) ? known : Remember(name);
    }

    internal static EnumSchema? FindEnum(string fullName) => Locate(fullName, wantsEnum: true) is { } found
        ? new EnumSchema(_data, found.Start, found.Length) : null;

    // A name that nobody knows came from outside; such are not kept.
    private static MessageSchema? Remember(string name) => Locate(name, wantsEnum: false) is { } found
        ? _messages.GetOrAdd(name, new MessageSchema(_data, found.Start, found.Length, name, found.ClrName)) : null;

    private static Place? Locate(string fullName, bool wantsEnum)
    {
        foreach (FileEntry file in _files)
        {
            if (fullName.Length > file.Package.Length + 1 && fullName[file.Package.Length] == '.'
                && fullName.StartsWith(file.Package, StringComparison.Ordinal))
            {
                string rest = fullName[(file.Package.Length + 1)..];
                if (Descend(file.Start, file.Length, rest, isFile: true, wantsEnum) is { } found)
                {
                    string nested = rest.Replace(".", "+Types+", StringComparison.Ordinal);
                    return found with { ClrName = $"{file.Namespace}.{nested}" };
                }
            }
        }

        return null;
    }

    private static Place? Descend(int start, int length, ReadOnlySpan<char> name, bool isFile, bool wantsEnum)
    {
        int dot = name.IndexOf('.');
        ReadOnlySpan<char> first = dot < 0 ? name : name[..dot];
        int enumField = isFile ? EnumInFile : EnumInMessage;
        int wanted = dot < 0 && wantsEnum ? enumField : isFile ? MessageInFile : MessageInMessage;
        var reader = new WireReader(_data, start, length);
        while (reader.Read())
        {
            if (reader.Number == wanted && IsNamed(reader.Start, reader.Length, first))
            {
                return dot < 0
                    ? new Place(reader.Start, reader.Length, "")
                    : Descend(reader.Start, reader.Length, name[(dot + 1)..], isFile: false, wantsEnum);
            }
        }

        return null;
    }

    // The name is field 1 of messages and enums alike, and comes first.
    private static bool IsNamed(int start, int length, ReadOnlySpan<char> name)
    {
        var reader = new WireReader(_data, start, length);
        return reader.Read() && reader.Number == 1 && System.Text.Ascii.Equals(reader.Bytes, name);
    }

    private static byte[] Load()
    {
        using Stream stream = typeof(ProtoSchema).Assembly.GetManifestResourceStream("protos")
            ?? throw new InvalidOperationException("the description of the messages is not in the assembly");
        byte[] data = new byte[stream.Length];
        stream.ReadExactly(data);
        return data;
    }

    private static List<FileEntry> ReadFiles()
    {
        var files = new List<FileEntry>();
        var reader = new WireReader(_data, 0, _data.Length);
        while (reader.Read())
        {
            files.Add(ReadFile(reader.Start, reader.Length));
        }

        return files;
    }

    private static FileEntry ReadFile(int start, int length)
    {
        string package = "";
        string space = "";
        var reader = new WireReader(_data, start, length);
        while (reader.Read())
        {
            package = reader.Number == 2 ? reader.Text : package;
            space = reader.Number == 8 ? ReadNamespace(new WireReader(_data, reader.Start, reader.Length)) : space;
        }

        return new FileEntry(package, space, start, length);
    }

    private static string ReadNamespace(WireReader options)
    {
        while (options.Read())
        {
            // FileOptions.csharp_namespace
            if (options.Number == 37)
            {
                return options.Text;
            }
        }

        return "";
    }

    private sealed record FileEntry(string Package, string Namespace, int Start, int Length);

    private sealed record Place(int Start, int Length, string ClrName);
}
