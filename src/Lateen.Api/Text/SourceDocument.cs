namespace Lateen.Api.Text;

using System.Text.Json.Nodes;

/// <summary>One document of a YAML or JSON text, and where in the text each of its fields stands.</summary>
public sealed class SourceDocument
{
    private readonly IReadOnlyDictionary<string, Position> _positions;

    internal SourceDocument(string file, JsonNode? root, IReadOnlyDictionary<string, Position> positions)
    {
        File = file;
        Root = root;
        _positions = positions;
    }

    public string File { get; }

    public JsonNode? Root { get; }

    /// <summary>Where a field stands; a field that is missing stands where its parent does.</summary>
    public Position PositionOf(string path)
    {
        while (true)
        {
            if (_positions.TryGetValue(path, out Position position))
            {
                return position;
            }

            if (path.Length == 0)
            {
                return Position.Unknown;
            }

            path = FieldPath.Parent(path);
        }
    }

    /// <summary>Adds file, line and column to findings that know only their path.</summary>
    public IReadOnlyList<Finding> Locate(IEnumerable<Finding> findings) =>
        [.. findings.Select(finding => finding.At(PositionOf(finding.Path)) with { Resource = File })];
}
