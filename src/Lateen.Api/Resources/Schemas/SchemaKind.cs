namespace Lateen.Api.Resources.Schemas;

/// <summary>The shapes a value can have.</summary>
public enum SchemaKind
{
    Object,
    Map,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Any,
}
