namespace Lateen.Proxy.Formatting;

/// <summary>An operator without arguments, from the table in <see cref="FormatOperators"/>.</summary>
internal sealed class PlainOperator(FormatWriteFunction write, bool isNumber) : FormatOperator
{
    public override bool IsNumber => isNumber;

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input) => write(buffer, input);
}
