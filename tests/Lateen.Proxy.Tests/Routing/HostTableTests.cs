namespace Lateen.Proxy.Tests.Routing;

using System.Text;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

public sealed class HostTableTests
{
    [Fact]
    public void Each_of_many_names_is_found_and_no_other()
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(static i => $"service-{i}.namespace-{i % 7}.svc.cluster.local:{8000 + i}")];
        var virtualHosts = names.Select(static name => new VirtualHost { Name = name, Domains = [name] }).ToList();
        var routes = new CompiledRoutes(new RouteTable { Name = "many", VirtualHosts = virtualHosts });

        foreach (string name in names)
        {
            Assert.Equal(name, routes.FindHost(Encoding.ASCII.GetBytes(name))?.Config.Name);
            Assert.Equal(name, routes.FindHost(Encoding.ASCII.GetBytes(name.ToUpperInvariant()))?.Config.Name);
            Assert.Null(routes.FindHost(Encoding.ASCII.GetBytes(name + "0")));
            Assert.Null(routes.FindHost(Encoding.ASCII.GetBytes(name[1..])));
        }

        Assert.Null(routes.FindHost([]));
    }

    [Theory]
    [InlineData("reviews")]
    [InlineData("reviews:9080")]
    [InlineData("REVIEWS:9080")]
    public void A_port_that_is_to_be_ignored_is(string authority)
    {
        var host = new VirtualHost { Name = "reviews", Domains = ["reviews"] };
        var routes = new CompiledRoutes(new RouteTable { Name = "one", VirtualHosts = [host], IgnorePortInHostMatching = true });

        Assert.Equal("reviews", routes.FindHost(Encoding.ASCII.GetBytes(authority))?.Config.Name);
    }
}
