namespace Lateen.Proxy.Formatting;

using System.Text;

/// <summary>Text between the operators.</summary>
internal sealed class LiteralOperator(string text) : FormatOperator
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public ReadOnlySpan<byte> Bytes => _bytes;

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        buffer.Append(_bytes);
        return true;
    }
}
