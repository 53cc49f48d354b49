namespace Lateen.Control.GatewayApi;

/// <summary>What a route refers to in vain.</summary>
internal sealed class Problems
{
    private readonly List<(string Reason, string Message)> all = [];

    public bool None => all.Count == 0;

    /// <summary>A condition has one reason: the first problem's.</summary>
    public string Reason => all[0].Reason;

    public string Message => string.Join("; ", all.Select(each => each.Message).Distinct(StringComparer.Ordinal));

    public void Add(string reason, string message) => all.Add((reason, message));
}
