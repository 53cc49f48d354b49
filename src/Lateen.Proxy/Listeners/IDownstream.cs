namespace Lateen.Proxy.Listeners;

/// <summary>An open downstream connection, whatever it carries, as far as draining is concerned.</summary>
internal interface IDownstream
{
    /// <summary>Take no more work; end when what is under way is done.</summary>
    void Drain();

    /// <summary>End now.</summary>
    void Close();

    /// <summary>Timeouts have become shorter.</summary>
    void OnPressure()
    {
    }
}
