using Lateen.Scale;

// Two processes, so that what is measured of the control plane is not what its clients cost: `serve` is the control plane and takes
// orders on its standard input; without a verb this is the clients, which start it.
if (args is ["serve", ..])
{
    await new MeasuredControlPlane(MeshSize.Parse(args[1..])).RunAsync();
    return 0;
}

// What `make soak` gives the proxy each second.
if (args is ["discovery", { } port])
{
    await ScriptedDiscovery.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

return await new ScaleBench(MeshSize.Parse(args)).RunAsync();
