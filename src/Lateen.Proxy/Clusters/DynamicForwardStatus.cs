namespace Lateen.Proxy.Clusters;

/// <summary>What a dynamic forward cluster can say of a name at once.</summary>
public enum DynamicForwardStatus : byte
{
    Ready,

    /// <summary>The name is being resolved; the caller's task will run on its loop.</summary>
    Pending,

    /// <summary>The cache is full.</summary>
    Overflow,

    /// <summary>No host can be meant by this text.</summary>
    Invalid,
}
