namespace Lateen.Api.Schema;

/// <summary>FieldDescriptorProto.Type of descriptor.proto.</summary>
public enum FieldKind
{
    Double = 1,
    Float,
    Int64,
    UInt64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    Text,
    Group,
    Message,
    Bytes,
    UInt32,
    Enum,
    SFixed32,
    SFixed64,
    SInt32,
    SInt64,
}
