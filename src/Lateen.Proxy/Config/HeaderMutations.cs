namespace Lateen.Proxy.Config;

/// <summary>Headers to remove, then to add or set.</summary>
public sealed record HeaderMutations
{
    public static HeaderMutations None { get; } = new();

    public IReadOnlyList<string> Remove { get; init; } = [];

    public IReadOnlyList<HeaderMutation> Add { get; init; } = [];

    public bool IsNone => Remove.Count == 0 && Add.Count == 0;
}
