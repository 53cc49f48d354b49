namespace Lateen.Api.Resources.Schemas;

using System.Text.Json.Serialization;

/// <summary>Reads a number node without reflection, whatever CLR type it was made from.</summary>
[JsonSerializable(typeof(double))]
internal sealed partial class NumberJson : JsonSerializerContext;
