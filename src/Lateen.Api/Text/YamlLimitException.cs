namespace Lateen.Api.Text;

/// <summary>Ends the reading of a text that is deeper or larger than allowed.</summary>
internal sealed class YamlLimitException(string message, Position position) : Exception(message)
{
    public Position Position { get; } = position;
}
