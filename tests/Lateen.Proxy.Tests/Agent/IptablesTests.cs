namespace Lateen.Proxy.Tests.Agent;

using Lateen.Proxy.Agent.Iptables;

public sealed class IptablesTests
{
    private static readonly string[] SidecarArguments =
        ["-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020"];

    [Fact]
    public void The_arguments_of_the_injection_template_give_these_rules()
    {
        (IptablesOptions options, IReadOnlyList<string> errors) = IptablesArguments.Parse(SidecarArguments);

        Assert.Empty(errors);
        Assert.Equal(
            """
            *nat
            :ISTIO_INBOUND - [0:0]
            :ISTIO_REDIRECT - [0:0]
            :ISTIO_IN_REDIRECT - [0:0]
            :ISTIO_OUTPUT - [0:0]
            -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
            -A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
            -A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN
            -A ISTIO_INBOUND -p tcp --dport 15090 -j RETURN
            -A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN
            -A ISTIO_INBOUND -p tcp --dport 15020 -j RETURN
            -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
            -A ISTIO_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN
            -A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008 -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT
            -A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008 -m owner --gid-owner 1337 -j ISTIO_IN_REDIRECT
            -A ISTIO_OUTPUT -o lo -m owner ! --gid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
            -A ISTIO_OUTPUT -j ISTIO_REDIRECT
            -A PREROUTING -p tcp -j ISTIO_INBOUND
            -A OUTPUT -p tcp -j ISTIO_OUTPUT
            COMMIT

            """,
            IptablesRules.Restore(options, v6: false, current: ""));
    }

    [Fact]
    public void Excluded_outbound_ports_are_left_alone_before_anything_else()
    {
        (IptablesOptions options, _) = IptablesArguments.Parse([.. SidecarArguments, "-o", "9080"]);

        string rules = IptablesRules.Restore(options, v6: false, current: "");

        int excluded = rules.IndexOf("-A ISTIO_OUTPUT -p tcp --dport 9080 -j RETURN\n", StringComparison.Ordinal);
        Assert.InRange(excluded, 0, rules.IndexOf("-A ISTIO_OUTPUT -o lo", StringComparison.Ordinal));
    }

    [Fact]
    public void Jumps_that_are_there_are_not_added_again()
    {
        (IptablesOptions options, _) = IptablesArguments.Parse(SidecarArguments);

        string rules = IptablesRules.Restore(
            options, v6: false, "-A PREROUTING -p tcp -j ISTIO_INBOUND\n-A OUTPUT -p tcp -j ISTIO_OUTPUT\n");

        Assert.DoesNotContain("-A PREROUTING", rules);
        Assert.DoesNotContain("-A OUTPUT", rules);
    }

    [Fact]
    public void Cleanup_removes_what_is_there_and_nothing_else()
    {
        const string current = """
            :ISTIO_INBOUND - [0:0]
            -A PREROUTING -p tcp -j ISTIO_INBOUND
            -A PREROUTING -p tcp -j KUBE
            -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
            """;

        Assert.Equal(
            "*nat\n-D PREROUTING -p tcp -j ISTIO_INBOUND\n-F ISTIO_INBOUND\n-X ISTIO_INBOUND\nCOMMIT\n", IptablesRules.Cleanup(current));
    }

    [Fact]
    public void Dns_queries_of_the_application_go_to_the_agent_and_the_proxys_own_do_not()
    {
        (IptablesOptions options, IReadOnlyList<string> errors) = IptablesArguments.Parse([.. SidecarArguments, "--redirect-dns"]);
        options = options with { DnsServers = ["10.96.0.10", "fd00::a"] };

        string rules = IptablesRules.Restore(options, v6: false, current: "");

        Assert.Empty(errors);
        Assert.Contains(
            """
            :ISTIO_OUTPUT_DNS - [0:0]
            -A ISTIO_OUTPUT_DNS -p udp --dport 53 -m owner --uid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT_DNS -p udp --dport 53 -m owner --gid-owner 1337 -j RETURN
            -A ISTIO_OUTPUT_DNS -p udp --dport 53 -d 10.96.0.10/32 -j REDIRECT --to-ports 15053
            -A OUTPUT -p udp -j ISTIO_OUTPUT_DNS

            """,
            rules);
        Assert.Contains("-o lo ! -d 127.0.0.1/32 -p tcp -m multiport ! --dports 53,15008 -m owner --uid-owner 1337", rules);
        int tcp = rules.IndexOf("-p tcp --dport 53 -d 10.96.0.10/32 -j REDIRECT --to-ports 15053\n", StringComparison.Ordinal);
        Assert.InRange(
            tcp, rules.IndexOf("--gid-owner 1337 -j RETURN\n", StringComparison.Ordinal),
            rules.IndexOf("-d 127.0.0.1/32 -j RETURN\n", StringComparison.Ordinal));
        Assert.DoesNotContain("fd00::a", rules);
        Assert.Contains("-d fd00::a/128", IptablesRules.Restore(options, v6: true, current: ""));
    }

    [Fact]
    public void All_dns_queries_can_be_taken_whatever_their_server()
    {
        (IptablesOptions options, _) = IptablesArguments.Parse([.. SidecarArguments, "--capture-all-dns"]);

        Assert.Contains("-A ISTIO_OUTPUT_DNS -p udp --dport 53 -j REDIRECT", IptablesRules.Restore(options, v6: false, current: ""));
    }

    [Fact]
    public void All_mistakes_of_a_command_line_are_named()
    {
        (_, IReadOnlyList<string> errors) = IptablesArguments.Parse(["-p", "x", "-m", "TPROXY", "-i", "ten", "--what", "1"]);

        Assert.Equal(4, errors.Count);
    }
}
