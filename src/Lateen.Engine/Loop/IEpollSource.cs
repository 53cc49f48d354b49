namespace Lateen.Engine.Loop;

/// <summary>Something with a descriptor in a loop's epoll set: a connection or a listening socket.</summary>
internal interface IEpollSource
{
    void OnReady(uint events);

    /// <summary>The loop stops: close now.</summary>
    void Shutdown();
}
