namespace Lateen.Engine.Loop;

using Lateen.Engine.Native;

/// <summary>Something with operations in a loop's ring: a connection or a listening socket.</summary>
internal interface IUringSource
{
    /// <summary>An operation went on or ended; a receive brings bytes, valid inside the call.</summary>
    void OnCompleted(in UringCompletion completion, ReadOnlySpan<byte> bytes);

    /// <summary>The next receive may find a buffer.</summary>
    void OnBuffersFree();

    /// <summary>The loop stops: close now.</summary>
    void Shutdown();
}
