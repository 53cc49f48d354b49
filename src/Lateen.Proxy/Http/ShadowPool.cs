namespace Lateen.Proxy.Http;

using Lateen.Engine.Loop;

/// <summary>One worker's idle <see cref="ShadowRequest"/> objects.</summary>
internal sealed class ShadowPool(EventLoop loop)
{
    private const int MostIdle = 256;
    private readonly Stack<ShadowRequest> _idle = new();

    public ShadowRequest Rent() => _idle.TryPop(out ShadowRequest? shadow) ? shadow : new ShadowRequest(this, loop);

    public void Return(ShadowRequest shadow)
    {
        if (_idle.Count < MostIdle)
        {
            _idle.Push(shadow);
        }
    }
}
