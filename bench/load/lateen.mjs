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

/** The configuration of the plain rows. */
export const plain = (ports) => bootstrap(ports, [listener('plain', ports.PLAIN)], [
  cluster('other', ports.BACKEND_A),
  cluster('reviews-v1', ports.BACKEND_A),
  cluster('reviews-v2', ports.BACKEND_B),
]);
