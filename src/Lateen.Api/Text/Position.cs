namespace Lateen.Api.Text;

/// <summary>A place in a text; line and column start at 1, and 0 means unknown.</summary>
public readonly record struct Position(int Line, int Column)
{
    public static Position Unknown => default;
}
