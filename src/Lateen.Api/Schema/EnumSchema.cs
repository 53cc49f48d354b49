namespace Lateen.Api.Schema;

/// <summary>The names and numbers of an enum.</summary>
public sealed class EnumSchema
{
    private readonly List<KeyValuePair<string, int>> _values = [];

    internal EnumSchema(byte[] data, int start, int length)
    {
        var reader = new WireReader(data, start, length);
        while (reader.Read())
        {
            if (reader.Number == 2)
            {
                _values.Add(ReadValue(new WireReader(data, reader.Start, reader.Length)));
            }
        }
    }

    public IEnumerable<string> Names => _values.Select(static v => v.Key);

    public int? Find(string name)
    {
        foreach ((string known, int number) in _values)
        {
            if (known == name)
            {
                return number;
            }
        }

        return null;
    }

    private static KeyValuePair<string, int> ReadValue(WireReader reader)
    {
        string name = "";
        int number = 0;
        while (reader.Read())
        {
            name = reader.Number == 1 ? reader.Text : name;
            number = reader.Number == 2 ? (int)reader.Value : number;
        }

        return new(name, number);
    }
}
