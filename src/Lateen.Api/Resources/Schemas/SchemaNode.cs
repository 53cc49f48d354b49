namespace Lateen.Api.Resources.Schemas;

/// <summary>The schema of one value, read from a C# type: the one source of CRDs, checks and explanations.</summary>
public sealed record SchemaNode
{
    /// <summary>The format of a text such as <c>7s</c>.</summary>
    public const string Duration = "duration";

    public required SchemaKind Kind { get; init; }

    public string Description { get; init; } = "";

    public string Format { get; init; } = "";

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool NotYetEnforced { get; init; }

    public IReadOnlyList<string> Enum { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<IReadOnlyList<string>> AtMostOne { get; init; } = [];

    /// <summary>Fields of an object, in the order in which the C# type declares them.</summary>
    public IReadOnlyDictionary<string, SchemaNode> Properties { get; init; } = new Dictionary<string, SchemaNode>();

    /// <summary>What a list or a map holds.</summary>
    public SchemaNode? Items { get; init; }
}
