namespace Lateen.Local.Runtime.Network;

/// <summary>Keeps the router's rules equal to the Services: many changes within 50 ms are one update.</summary>
internal sealed class ServiceNetwork(ObjectCache services, ObjectCache endpointSlices)
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim _changed = new(1, 1);
    private string _inForce = "";

    internal async Task RunAsync(CancellationToken cancel)
    {
        services.Changed += (_, _) => Note();
        endpointSlices.Changed += (_, _) => Note();
        while (!cancel.IsCancellationRequested)
        {
            await _changed.WaitAsync(cancel).ConfigureAwait(false);
            await Task.Delay(Debounce, cancel).ConfigureAwait(false);
            try
            {
                await ApplyAsync().ConfigureAwait(false);
            }
            catch (InvalidOperationException failure)
            {
                Console.Error.WriteLine($"runtime: Service rules: {failure.Message}");
            }
        }
    }

    internal async Task ApplyAsync()
    {
        string rules = ServiceRules.Write(services.All, endpointSlices.All);
        if (rules != _inForce)
        {
            await Tool.RunAsync("iptables-restore", [], rules).ConfigureAwait(false);
            _inForce = rules;
        }
    }

    private void Note()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // An update is already due and will read this change too.
            return;
        }
    }
}
