namespace Lateen.Proxy.Formatting;

/// <summary>Writes an operator that takes no argument.</summary>
internal delegate bool FormatWriteFunction(FormatBuffer buffer, in FormatInput input);
