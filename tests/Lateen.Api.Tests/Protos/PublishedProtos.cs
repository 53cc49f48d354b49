namespace Lateen.Api.Tests.Protos;

/// <summary>The messages and enums of all published .proto files, by full name.</summary>
internal sealed class PublishedProtos
{
    private readonly Dictionary<string, Dictionary<string, PublishedField>> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, int>> _enums = new(StringComparer.Ordinal);

    public static PublishedProtos Load(IEnumerable<string> folders)
    {
        var protos = new PublishedProtos();
        foreach (string file in folders.SelectMany(f => Directory.EnumerateFiles(f, "*.proto", SearchOption.AllDirectories)))
        {
            new ProtoFileReader(File.ReadAllText(file), protos).Read();
        }

        return protos;
    }

    public void AddMessage(string fullName) => _messages.TryAdd(fullName, new(StringComparer.Ordinal));

    public void AddField(PublishedField field) => _messages[field.Message][field.Name] = field;

    public void AddEnum(string fullName, Dictionary<string, int> values) => _enums[fullName] = values;

    public IReadOnlyDictionary<string, PublishedField>? Message(string fullName) => _messages.GetValueOrDefault(fullName);

    public IReadOnlyDictionary<string, int>? Enum(string fullName) => _enums.GetValueOrDefault(fullName);

    /// <summary>Finds the full name that a type means in the scope of a message, as protobuf looks names up.</summary>
    public string Resolve(string scope, string type)
    {
        if (type.StartsWith('.'))
        {
            return type[1..];
        }

        while (true)
        {
            string candidate = scope.Length == 0 ? type : $"{scope}.{type}";
            if (_messages.ContainsKey(candidate) || _enums.ContainsKey(candidate))
            {
                return candidate;
            }

            if (scope.Length == 0)
            {
                return type;   // a scalar, or a well-known type
            }

            scope = scope.Contains('.') ? scope[..scope.LastIndexOf('.')] : "";
        }
    }
}
