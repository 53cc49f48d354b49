namespace Lateen.Api.Text;

using System.Text.Json.Nodes;
using SharpYaml;
using SharpYaml.Events;

/// <summary>Turns the parser's events of one document into JSON nodes with positions.</summary>
internal sealed class YamlNodeBuilder(IParser parser, string file, ReadLimits limits)
{
    private readonly Dictionary<string, JsonNode?> _anchors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Position> _positions = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];
    private int _nodes;
    private int _aliasNodes;

    public IReadOnlyDictionary<string, Position> Positions => _positions;

    public IReadOnlyList<Finding> Findings => _findings;

    public JsonNode? Read() => ReadNode("", 0);

    /// <summary>Reads the node that begins at the current event and leaves the parser on its last event.</summary>
    private JsonNode? ReadNode(string path, int depth)
    {
        ParsingEvent current = parser.Current ?? throw new YamlLimitException("the text ends too early", Position.Unknown);
        Position position = PositionOf(current);
        _positions.TryAdd(path, position);
        if (depth > limits.MaxDepth)
        {
            throw new YamlLimitException($"{path}: nested deeper than {limits.MaxDepth} levels", position);
        }

        if (++_nodes > limits.MaxNodes)
        {
            throw new YamlLimitException($"more than {limits.MaxNodes} values", position);
        }

        switch (current)
        {
            case Scalar scalar:
                return Remember(scalar.Anchor, ReadScalar(scalar, path, position));
            case SequenceStart sequence:
                return Remember(sequence.Anchor, ReadSequence(path, depth));
            case MappingStart mapping:
                return Remember(mapping.Anchor, ReadMapping(path, depth));
            case AnchorAlias alias:
                return ReadAlias(alias, path, position);
            default:
                throw new YamlLimitException($"unexpected {current.GetType().Name}", position);
        }
    }

    private JsonArray ReadSequence(string path, int depth)
    {
        var array = new JsonArray();
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
        {
            array.Add(ReadNode(FieldPath.Item(path, array.Count), depth + 1));
        }

        return array;
    }

    private JsonObject ReadMapping(string path, int depth)
    {
        var map = new JsonObject();
        JsonNode? merged = null;
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            if (parser.Current is not Scalar key)
            {
                throw new YamlLimitException($"{path}: a key must be a text", _positions[path]);
            }

            Position position = PositionOf(key);

            bool isMerge = key is { Value: "<<", Style: ScalarStyle.Plain };
            string childPath = FieldPath.Field(path, key.Value);
            if (!isMerge && map.ContainsKey(key.Value))
            {
                string message = $"the field \"{key.Value}\" is given twice";
                Report(StrictYaml.DuplicateCode, childPath, position, message, "keep one of the two");
            }

            _positions[childPath] = position;
            parser.MoveNext();
            JsonNode? value = ReadNode(childPath, depth + 1);
            if (isMerge)
            {
                merged = value;
            }
            else
            {
                map[key.Value] = value;
            }
        }

        Merge(map, merged);
        return map;
    }

    private static void Merge(JsonObject map, JsonNode? merged)
    {
        IEnumerable<JsonNode?> sources = merged is JsonArray several ? several : [merged];
        foreach (JsonObject source in sources.OfType<JsonObject>())
        {
            foreach (KeyValuePair<string, JsonNode?> entry in source)
            {
                if (!map.ContainsKey(entry.Key))
                {
                    map[entry.Key] = entry.Value?.DeepClone();
                }
            }
        }
    }

    private JsonNode? ReadAlias(AnchorAlias alias, string path, Position position)
    {
        if (!_anchors.TryGetValue(alias.Value, out JsonNode? target))
        {
            Report(StrictYaml.SyntaxCode, path, position, $"the alias *{alias.Value} names no anchor above it", "");
            return null;
        }

        _aliasNodes += Count(target);
        if (_aliasNodes > limits.MaxAliasNodes)
        {
            throw new YamlLimitException($"aliases add more than {limits.MaxAliasNodes} values", position);
        }

        return target?.DeepClone();
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Sum(static entry => Count(entry.Value)),
        JsonArray array => 1 + array.Sum(Count),
        _ => 1,
    };

    private JsonNode? ReadScalar(Scalar scalar, string path, Position position)
    {
        if (YamlScalar.TryResolve(scalar, out JsonNode? value, out string error))
        {
            return value;
        }

        Report(StrictYaml.SyntaxCode, path, position, error, "");
        return null;
    }

    private JsonNode? Remember(string? anchor, JsonNode? node)
    {
        if (anchor is not null)
        {
            _anchors[anchor] = node?.DeepClone();
        }

        return node;
    }

    private void Report(string code, string path, Position position, string message, string fix) =>
        _findings.Add(Finding.Error(code, path, message, fix).At(position) with { Resource = file });

    private static Position PositionOf(ParsingEvent current) => new(current.Start.Line + 1, current.Start.Column + 1);
}
