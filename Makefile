PYTHON ?= python3
RUN := .venv/bin/python
export PYTHONUTF8 := 1
.DEFAULT_GOAL := help
.PHONY: help setup prepare demo serve admin test check quality bench prove docs lock screenshots format clean

help:  ## 列出命令 / list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup:  ## 建立 .venv 并安装依赖 / make .venv and install what is needed
	@$(PYTHON) .ci/bootstrap.py

prepare: setup  ## 导出编码模型（一次）/ export the encoder, once
	@$(RUN) -m matching prepare

demo: prepare  ## 建立演示数据并打开演示（PORT=8000）/ serve the demo world
	@exec $(RUN) -m seed demo --port $${PORT:-8000}

serve: prepare  ## 运行正式系统，数据在 var（PORT=8000）/ serve an installation of your own
	@$(RUN) -m service migrate && KC_DEMO=0 exec $(RUN) -m web --port $${PORT:-8000}

admin: setup  ## 建立平台管理员账号，按提示填写 / make an administrator's account
	@$(RUN) -m service migrate >/dev/null && exec $(RUN) -m service create-admin

test: prepare check  ## 全部检查与测试 / all checks and all tests
	@$(RUN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --durations=25 --ignore=tests/architecture

check: setup  ## 格式、类型、分层与仓库规则 / format, types, layers, rules of the repository
	@$(RUN) -m ruff format --check . && $(RUN) -m ruff check . && $(RUN) -m mypy && $(RUN) .venv/bin/lint-imports
	@$(RUN) -m pytest -q tests/architecture

quality: prepare  ## 排序质量，写 docs/quality.md / quality of the ranking
	@$(RUN) -m matching quality

bench: prepare  ## 速度与内存，写 docs/performance.md / speed and memory
	@$(RUN) -m matching bench && $(RUN) -m service bench && $(RUN) -m web.bench && $(RUN) -m seed bench

prove: quality bench  ## 质量、速度、全量测试，写 docs/proof.md / all of it at full size
	@$(RUN) .ci/prove.py

docs: setup  ## 从代码生成 workflows.md、permissions.md / write the generated documents
	@$(RUN) -m service docs

screenshots: prepare  ## 重新截取各页面与导览的图，写 docs/screenshots / pictures of the pages
	@$(RUN) -m tests.journeys.screenshots

lock:  ## 重新生成 requirements.lock（需要 uv）/ write the lock anew
	@$(PYTHON) .ci/lock.py

format: setup  ## 整理代码格式 / format the code
	@$(RUN) -m ruff format . && $(RUN) -m ruff check --fix .

clean:  ## 删除缓存，保留 .venv 与 var / remove caches, keep .venv and var
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
