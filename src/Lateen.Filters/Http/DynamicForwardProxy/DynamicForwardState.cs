namespace Lateen.Filters.Http.DynamicForwardProxy;

/// <summary>Tells a wake-up for this request from one for the stream's earlier requests.</summary>
internal sealed class DynamicForwardState
{
    public long Turn { get; set; }
}
