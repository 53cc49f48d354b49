namespace Lateen.Local.ApiServer.Json;

using System.Globalization;

/// <summary>
/// Field names, numbers and types of the built-in kinds' protobuf form, from the embedded table: a message per entry, each
/// field as
/// name=number:type, where * is a list, { a map, and s, y, b, i, d are string, bytes, bool, integer and double.
/// </summary>
internal static class ProtobufSchema
{
    private static readonly Lazy<Dictionary<string, Dictionary<int, ProtobufField>>> Table = new(Load);

    private static readonly Dictionary<string, string> Packages = new()
    {
        ["v1"] = "core", ["apps/v1"] = "apps", ["batch/v1"] = "batch", ["rbac.authorization.k8s.io/v1"] = "rbac",
        ["networking.k8s.io/v1"] = "networking", ["policy/v1"] = "policy", ["autoscaling/v2"] = "autoscaling",
        ["autoscaling/v1"] = "autoscaling1", ["scheduling.k8s.io/v1"] = "scheduling", ["storage.k8s.io/v1"] = "storage",
        ["authentication.k8s.io/v1"] = "authentication", ["authorization.k8s.io/v1"] = "authorization",
        ["coordination.k8s.io/v1"] = "coordination", ["discovery.k8s.io/v1"] = "discovery", ["events.k8s.io/v1"] = "events",
        ["admissionregistration.k8s.io/v1"] = "admissionregistration",
    };

    /// <summary>The message of a kind, or null when it has none here.</summary>
    public static string? MessageOf(string apiVersion, string kind)
    {
        string name = kind == "DeleteOptions" ? "meta.DeleteOptions"
            : Packages.TryGetValue(apiVersion, out string? package) ? $"{package}.{kind}" : "";
        return Table.Value.ContainsKey(name) ? name : null;
    }

    public static ProtobufField? Field(string message, int number)
    {
        return Table.Value.TryGetValue(message, out Dictionary<int, ProtobufField>? fields) ? fields.GetValueOrDefault(number)
            : null;
    }

    private static Dictionary<string, Dictionary<int, ProtobufField>> Load()
    {
        using Stream stream = typeof(ProtobufSchema).Assembly.GetManifestResourceStream("protobuf-fields.txt")
            ?? throw new InvalidOperationException("protobuf-fields.txt is not embedded");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, Dictionary<int, ProtobufField>>();
        Dictionary<int, ProtobufField> current = [];
        while (reader.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool continued = line.StartsWith(' ');
            if (!continued)
            {
                table[words[0]] = current = [];
            }

            foreach (string word in continued ? words : words[1..])
            {
                int equals = word.IndexOf('=');
                int colon = word.IndexOf(':');
                int number = int.Parse(word.AsSpan(equals + 1, colon - equals - 1), CultureInfo.InvariantCulture);
                string type = word[(colon + 1)..];
                current[number] = new ProtobufField(word[..equals], type.TrimStart('*', '{'), type[0] == '*', type[0] == '{');
            }
        }

        return table;
    }
}

/// <summary>One field of a message.</summary>
internal sealed record ProtobufField(string Name, string Type, bool Repeated, bool Map)
{
    public bool IsMessage => Type.Contains('.');
}
