namespace Lateen.Engine.Loop;

using Lateen.Engine.Native;

/// <summary>Something with operations in a loop's ring: a connection or a listening socket.</summary>
internal interface IUringSource
{
    void OnCompleted(in UringCompletion completion);

    /// <summary>The loop stops: close now.</summary>
    void Shutdown();
}
