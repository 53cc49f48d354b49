namespace Lateen.Api.Schema;

/// <summary>The fields of a message.</summary>
public sealed class MessageSchema
{
    private readonly List<FieldSchema> _fields = [];

    internal MessageSchema(byte[] data, int start, int length, string fullName, string clrName)
    {
        FullName = fullName;
        ClrName = clrName;
        var reader = new WireReader(data, start, length);
        while (reader.Read())
        {
            switch (reader.Number)
            {
                case 2:
                    _fields.Add(new FieldSchema(new WireReader(data, reader.Start, reader.Length)));
                    break;
                case 7:
                    IsMapEntry = IsEntry(new WireReader(data, reader.Start, reader.Length));
                    break;
                default:
                    break;
            }
        }
    }

    public string FullName { get; }

    public string Name => FullName[(FullName.LastIndexOf('.') + 1)..];

    /// <summary>The full name of the generated class.</summary>
    public string ClrName { get; }

    public IReadOnlyList<FieldSchema> Fields => _fields;

    /// <summary>The compiler's message for one entry of a map: field 1 is the key, field 2 the value.</summary>
    public bool IsMapEntry { get; }

    public FieldSchema? Find(int number)
    {
        foreach (FieldSchema field in _fields)
        {
            if (field.Number == number)
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>By the name in the .proto file, or by its name in JSON.</summary>
    public FieldSchema? Find(string name)
    {
        foreach (FieldSchema field in _fields)
        {
            if (field.Name == name || field.JsonName == name)
            {
                return field;
            }
        }

        return null;
    }

    private static bool IsEntry(WireReader options)
    {
        while (options.Read())
        {
            if (options.Number == 7)
            {
                return options.Value != 0;
            }
        }

        return false;
    }
}
