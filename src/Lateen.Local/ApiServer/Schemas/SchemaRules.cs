namespace Lateen.Local.ApiServer.Schemas;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>Value constraints of a CRD's OpenAPI schema.</summary>
internal sealed class SchemaRules
{
    public IReadOnlyList<JsonNode?>? Enum { get; set; }

    public Regex? Pattern { get; set; }

    public string? PatternText { get; set; }

    public double? Minimum { get; set; }

    public bool ExclusiveMinimum { get; set; }

    public double? Maximum { get; set; }

    public bool ExclusiveMaximum { get; set; }

    public double? MultipleOf { get; set; }

    public long? MinLength { get; set; }

    public long? MaxLength { get; set; }

    public long? MinItems { get; set; }

    public long? MaxItems { get; set; }

    public long? MinProperties { get; set; }

    public long? MaxProperties { get; set; }

    public bool UniqueItems { get; set; }

    public IReadOnlyList<Schema> AllOf { get; set; } = [];

    public IReadOnlyList<Schema> AnyOf { get; set; } = [];

    public IReadOnlyList<Schema> OneOf { get; set; } = [];

    public Schema? Not { get; set; }

    /// <summary>The schema says nothing about the type (as inside oneOf), so any type passes.</summary>
    public bool TypeUnstated { get; set; }
}
