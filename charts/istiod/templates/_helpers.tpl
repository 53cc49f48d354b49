{{- define "istiod.suffix" -}}
{{- if and .Values.revision (ne .Values.revision "default") }}-{{ .Values.revision }}{{ end -}}
{{- end }}

{{- define "istiod.revision" -}}
{{ default "default" .Values.revision }}
{{- end }}

{{- define "istiod.labels" -}}
app: istiod
istio.io/rev: {{ include "istiod.revision" . | quote }}
release: {{ .Release.Name }}
app.kubernetes.io/name: istiod
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "istiod.image" -}}
{{- if contains "/" .Values.image -}}
{{ .Values.image }}
{{- else -}}
{{- $variant := default .Values.global.variant .Values.variant -}}
{{ default .Values.global.hub .Values.hub }}/{{ .Values.image }}:{{ default .Values.global.tag .Values.tag }}{{ if $variant }}-{{ $variant }}{{ end }}
{{- end -}}
{{- end }}

{{- /* Mesh configuration: the chart's facts, then the profile's, then the user's; later wins. */}}
{{- define "istiod.mesh" -}}
{{- $ns := .Values.global.istioNamespace }}
{{- $discovery := printf "istiod%s.%s.svc:15012" (include "istiod.suffix" .) $ns }}
{{- $facts := dict
  "trustDomain" .Values.global.proxy.clusterDomain
  "rootNamespace" $ns
  "enablePrometheusMerge" true
  "defaultConfig" (dict "discoveryAddress" $discovery) }}
{{- $profile := dict }}
{{- if eq .Values.profile "demo" }}
{{- $profile = dict "accessLogFile" "/dev/stdout" }}
{{- end }}
{{- toYaml (mergeOverwrite $facts $profile (deepCopy .Values.meshConfig)) }}
{{- end }}
