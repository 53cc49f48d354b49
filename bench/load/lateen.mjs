// Lateen's own configuration for the bench: an Envoy v3 bootstrap with what a sidecar does for every request. Ten routes, one with a header
// match, a 90/10 split; Istio's metrics, a request id, a timeout and retries armed; no access log.
const type = (name, rest = {}) => ({ '@type': `type.googleapis.com/${name}`, ...rest });
const at = (port, address = '127.0.0.1') => ({ socket_address: { address, port_value: port } });

const manager = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

const retries = {
  retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
  num_retries: 2,
  retriable_status_codes: [503],
};

const toOther = { cluster: 'other', timeout: '15s', retry_policy: retries };
const byPrefix = (name, prefix) => ({ name, match: { prefix }, route: toOther });

export const routes = [
  byPrefix('productpage', '/productpage'),
  byPrefix('login', '/login'),
  byPrefix('logout', '/logout'),
  byPrefix('static', '/static/'),
  byPrefix('products', '/api/v1/products'),
  byPrefix('details', '/details/'),
  byPrefix('ratings', '/ratings/'),
  byPrefix('health', '/health'),
  { name: 'jason', match: { prefix: '/reviews/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }, route: toOther },
  {
    name: 'reviews',
    match: { prefix: '/reviews/' },
    route: {
      weighted_clusters: { clusters: [{ name: 'reviews-v1', weight: 90 }, { name: 'reviews-v2', weight: 10 }] },
      timeout: '15s',
      retry_policy: retries,
    },
  },
];

export const filter = (name, message, rest = {}) => ({ name, typed_config: type(message, rest) });

const router = filter('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router');

/** The filters of a sidecar: peer metadata and metrics, then the router; `before` are put first. */
const filters = (before = []) => [
  ...before,
  filter('istio.stats', 'stats.PluginConfig'),
  router,
];

/** One HTTP connection manager as a network filter. */
export const http = ({ virtualHosts, before = [], direction = {} } = {}) => filter('http', manager, {
  stat_prefix: 'bench',
  use_remote_address: true,
  ...direction,
  http_filters: filters(before),
  route_config: { name: 'bench', virtual_hosts: virtualHosts ?? [{ name: 'bench', domains: ['*'], routes }] },
});

/** The same manager with its routes by RDS. */
export const rds = (prefix) => filter('http', manager, {
  stat_prefix: prefix,
  use_remote_address: true,
  http_filters: filters(),
  rds: { route_config_name: 'bench', config_source: { ads: {}, resource_api_version: 'V3' } },
});

/** The routes as a resource of their own, with another split and timeout. */
export const routeTable = (name, { weight = 10, timeout = '15s' } = {}) => {
  const changed = structuredClone(routes);
  changed.at(-1).route.timeout = timeout;
  changed.at(-1).route.weighted_clusters.clusters = [{ name: 'reviews-v1', weight: 100 - weight }, { name: 'reviews-v2', weight }];
  return { name, virtual_hosts: [{ name: 'bench', domains: ['*'], routes: changed }] };
};

export const endpoints = (cluster_name, ports) => (
  { cluster_name, endpoints: [{ lb_endpoints: ports.map((port) => ({ endpoint: { address: at(port) } })) }] });

/** A cluster whose hosts come by EDS. */
export const dynamicCluster = (name, rest = {}) => {
  const { load_assignment, ...fixed } = cluster(name, 1);
  return { ...fixed, type: 'EDS', eds_cluster_config: { eds_config: { ads: {}, resource_api_version: 'V3' } }, ...rest };
};

/** A bootstrap that gets everything from one xDS server. */
export const dynamic = (ports, discovery) => ({
  ...bootstrap(ports, [], [cluster('xds', discovery)]),
  dynamic_resources: {
    ads_config: { api_type: 'DELTA_GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }] },
    cds_config: { ads: {}, resource_api_version: 'V3' },
    lds_config: { ads: {}, resource_api_version: 'V3' },
  },
});

/** A listener; `secure` adds a transport socket. */
export const listener = (name, port, { network = [http()], secure } = {}) => ({
  name,
  traffic_direction: 'OUTBOUND',
  address: at(port),
  filter_chains: [{ filters: network, ...(secure ? { transport_socket: secure } : {}) }],
});

/** A cluster of one host, with Istio's limits. */
export const cluster = (name, port, rest = {}) => ({
  name,
  type: 'STATIC',
  connect_timeout: '10s',
  circuit_breakers: { thresholds: [{ max_connections: 4294967295, max_pending_requests: 4294967295, max_requests: 4294967295, max_retries: 4294967295 }] },
  load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: at(port) } }] }] },
  metadata: { filter_metadata: { istio: { services: [{ host: `${name}.default.svc.cluster.local`, name, namespace: 'default' }] } } },
  ...rest,
});

export const bootstrap = (ports, listeners, clusters) => ({
  node: {
    id: 'sidecar~127.0.0.1~bench.default~default.svc.cluster.local',
    cluster: 'bench.default',
    metadata: { NAME: 'bench', NAMESPACE: 'default', WORKLOAD_NAME: 'bench', CLUSTER_ID: 'Kubernetes', LABELS: { app: 'bench' } },
  },
  admin: { address: at(ports.ADMIN) },
  static_resources: { listeners, clusters },
});

const socket = (message, rest) => ({ name: 'tls', typed_config: type(`envoy.extensions.transport_sockets.tls.v3.${message}`, rest) });

const files = (ports) => ({
  tls_params: { tls_minimum_protocol_version: 'TLSv1_3' },
  tls_certificates: [{ certificate_chain: { filename: ports.CERT }, private_key: { filename: ports.KEY } }],
});

const trusted = (ports) => ({ validation_context: { trusted_ca: { filename: ports.CERT } } });

/** TLS towards clients: a certificate of ours, and one of theirs where `mutual`. */
export const server = (ports, mutual = false) => socket('DownstreamTlsContext', {
  require_client_certificate: mutual,
  common_tls_context: { ...files(ports), alpn_protocols: ['h2', 'http/1.1'], ...(mutual ? trusted(ports) : {}) },
});

/** Mutual TLS towards a host. */
export const client = (ports, alpn) => socket('UpstreamTlsContext', {
  sni: 'bench',
  common_tls_context: { ...files(ports), ...trusted(ports), alpn_protocols: [alpn] },
});

const clusters = (ports) => [
  cluster('other', ports.BACKEND_A),
  cluster('reviews-v1', ports.BACKEND_A),
  cluster('reviews-v2', ports.BACKEND_B),
];

/** The configuration of most rows: plaintext and TLS, HTTP/1.1 and HTTP/2. */
export const plain = (ports) => bootstrap(ports, [
  listener('plain', ports.PLAIN),
  listener('tls', ports.TLS, { secure: server(ports) }),
], clusters(ports));

/** What the server's sidecar does: mutual TLS in, who called, Istio's metrics, the same routes. */
export const sidecar = (ports) => bootstrap(ports, [
  { ...listener('plain', ports.PLAIN), traffic_direction: 'INBOUND' },
  {
    ...listener('tls', ports.TLS, {
      secure: server(ports, true),
      network: [http({
        before: [filter('istio.metadata_exchange', 'io.istio.http.peer_metadata.Config', {
          downstream_discovery: [{ istio_headers: {} }], downstream_propagation: [{ istio_headers: {} }],
        })],
        direction: { use_remote_address: false, forward_client_cert_details: 'APPEND_FORWARD' },
      })],
    }),
    traffic_direction: 'INBOUND',
  },
], clusters(ports));

const http2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions':
      type('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', { explicit_http_config: { http2_protocol_options: {} } }),
  },
};

/** The first of two proxies: everything goes to the second, by HTTP/1.1 or HTTP/2, in plaintext or with mutual TLS. */
export const first = (ports, second, { multiplexed, secure }) => bootstrap(ports, [listener('plain', ports.PLAIN)],
  ['other', 'reviews-v1', 'reviews-v2'].map((name) => cluster(name, secure ? second.TLS : second.PLAIN, {
    ...(multiplexed ? http2 : {}),
    ...(secure ? { transport_socket: client(ports, multiplexed ? 'h2' : 'http/1.1') } : {}),
  })));

/** As much as a sidecar of bookinfo gets: a listener for each port, a route table and a cluster for each service and subset. */
export const bookinfo = (ports) => {
  const services = ['productpage', 'details', 'ratings', 'reviews', 'mongodb', 'mysqldb', 'kubernetes', 'istiod', 'istio-ingressgateway', 'kube-dns'];
  const names = services.flatMap((s) => [s, ...['v1', 'v2', 'v3'].map((v) => `${s}-${v}`)]);
  const hosts = (names_) => names_.map((name) => ({
    name: `${name}:9080`,
    domains: [`${name}.default.svc.cluster.local`, name, `${name}.default.svc`, `${name}.default`],
    routes: [
      { match: { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }, route: { cluster: `${name}-v2`, timeout: '0s', retry_policy: retries } },
      { match: { prefix: '/' }, route: { cluster: name, timeout: '0s', retry_policy: retries } },
    ],
  }));
  const quiet = services.map((name, i) => ({
    ...listener(name, 20000 + i, { network: [http({ virtualHosts: hosts(services) })] }), bind_to_port: false,
  }));
  return bootstrap(ports, [listener('plain', ports.PLAIN, { network: [http({ virtualHosts: hosts(services) })] }), ...quiet],
    names.map((name) => cluster(name, ports.BACKEND_A)));
};
