namespace Lateen.Api.Schema;

/// <summary>One field of a message.</summary>
public sealed class FieldSchema
{
    private readonly string _typeName = "";
    private MessageSchema? _message;
    private EnumSchema? _enum;

    internal FieldSchema(WireReader reader)
    {
        bool isSynthetic = false;
        while (reader.Read())
        {
            switch (reader.Number)
            {
                case 1:
                    Name = reader.Text;
                    break;
                case 3:
                    Number = (int)reader.Value;
                    break;
                case 4:
                    IsRepeated = reader.Value == 3;
                    break;
                case 5:
                    Kind = (FieldKind)reader.Value;
                    break;
                case 6:
                    // Fully qualified, with a dot in front.
                    _typeName = reader.Text[1..];
                    break;
                case 9:
                    Oneof = (int)reader.Value;
                    break;
                case 10:
                    JsonName = reader.Text;
                    break;
                case 17:
                    isSynthetic = reader.Value != 0;
                    break;
                default:
                    break;
            }
        }

        // An optional scalar is a oneof of its own for the compiler only.
        Oneof = isSynthetic ? -1 : Oneof;
    }

    public string Name { get; } = "";

    public string JsonName { get; } = "";

    public int Number { get; }

    public FieldKind Kind { get; }

    public bool IsRepeated { get; }

    /// <summary>The number of its oneof; -1 when it is in none.</summary>
    public int Oneof { get; } = -1;

    public bool IsMap => IsRepeated && Kind is FieldKind.Message && Message.IsMapEntry;

    public MessageSchema Message => _message ??= ProtoSchema.Find(_typeName)
        ?? throw new InvalidOperationException($"{Name} has type {_typeName}, which is in no file");

    public EnumSchema Enum => _enum ??= ProtoSchema.FindEnum(_typeName)
        ?? throw new InvalidOperationException($"{Name} has type {_typeName}, which is in no file");
}
